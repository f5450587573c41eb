/* ---- The stage ------------------------------------------------------------------------------------------
 *
 * The program starts itself again for each process of the scenario. The first run is the controller: it tells
 * every actor (a thread of one of these processes) when its next step has come, and prints one line of JSON
 * for each step. The actors share a block of memory in which variables and answers stand. Nobody ever sleeps:
 * each actor has an event for "go" and one for "done". None of the controller's own handles is inheritable.
 */

#define LIMIT 10000     /* milliseconds until a step that should have returned counts as stuck */
#define SOON 250        /* milliseconds until it is looked whether somebody is still there */
#define GLANCE 150      /* milliseconds after which a step that should wait is believed to wait */
#define LONG_WAIT 60000 /* a wait that will be satisfied */
#define ANY_ERROR 0xFFFFFFFFu
#define LAST_TEXT 8192

struct value {
    ULONGLONG number;
    DWORD length;
    char text[LAST_TEXT];
};

enum question { STEP, HANDLES, VALID, ACCESS, INHERITS, PROTECTED, SAME, TYPE };

struct actor {
    DWORD pid, tid;
    DWORD last_error;
    int step;                   /* what it is to do, or the number behind a question */
    enum question question;     /* STEP: a step; else what is asked of the two values */
    ULONGLONG asked[2];
    ULONGLONG reply;
    char word[32];
};

struct result {
    ULONGLONG answer;
    DWORD error;
    enum { ASKED, NAMES_ANOTHER, NO_SUCH_CALL } unasked; /* why nothing was called, if so */
};

struct world {
    char prefix[64];
    char folder[MAX_PATH];
    struct value variables[VARIABLES + 1];
    struct actor actors[ACTORS];
    struct result results[STEPS + 1];
};

static struct world *world;
static HANDLE go_event[ACTORS], done_event[ACTORS];

#define V(name) (world->variables[name].number)
#define T(name) (world->variables[name].text)
#define RUN (world->prefix)
#define PID(actor) ((ULONGLONG)world->actors[actor].pid)

static void perform(int actor, int step);
static void play(void);

/* The name of one of the scenario's objects, private to this run: its last part gets a prefix. */
static UNUSED const char *private_name(const char *name) {
    static __thread char buffers[4][300];
    static __thread int next;
    char *buffer = buffers[next++ % 4];
    const char *last;
    if (!name || !*name) return name;
    last = strrchr(name, '\\');
    last = last ? last + 1 : name;
    if (*last) snprintf(buffer, 300, "%.*s%s%s", (int)(last - name), name, world->prefix, last);
    return *last ? buffer : name;
}

static UNUSED const char *private_file(const char *name) {
    static __thread char buffers[4][2 * MAX_PATH];
    static __thread int next;
    char *buffer = buffers[next++ % 4];
    if (!name) return NULL;
    snprintf(buffer, 2 * MAX_PATH, "%s\\%s", world->folder, name);
    return buffer;
}

static UNUSED SECURITY_ATTRIBUTES *inheritable(BOOL inherit) {
    static __thread SECURITY_ATTRIBUTES buffers[4];
    static __thread int next;
    SECURITY_ATTRIBUTES *attributes = &buffers[next++ % 4];
    attributes->nLength = sizeof *attributes;
    attributes->lpSecurityDescriptor = NULL;
    attributes->bInheritHandle = inherit;
    return attributes;
}

/* ---- What an actor does ---- */

static __thread int me;

/* Notes what a call answered, and the last error behind it. */
static UNUSED ULONGLONG answer(int step, ULONGLONG value) {
    DWORD error = GetLastError();
    world->results[step].answer = value;
    world->results[step].error = world->actors[me].last_error = error;
    return value;
}

/* Does a value that belongs to another process happen to name something in this one? Then nothing is called. */
static UNUSED int names_something(int step, ULONGLONG value) {
    DWORD error = GetLastError(), flags;
    if (GetHandleInformation(H(value), &flags))
        world->results[step].unasked = NAMES_ANOTHER;
    SetLastError(error);
    return world->results[step].unasked != ASKED;
}

/* Does this system lack a call? Then nothing is called. */
static UNUSED int is_missing(int step, const char *module, const char *name) {
    DWORD error = GetLastError();
    if (!look_up(module, name)) world->results[step].unasked = NO_SUCH_CALL;
    SetLastError(error);
    return world->results[step].unasked != ASKED;
}

static HANDLE control(const char *word, int actor) {
    char name[100];
    snprintf(name, sizeof name, "%s%s-%d", world->prefix, word, actor);
    return OpenEventA(SYNCHRONIZE | EVENT_MODIFY_STATE, FALSE, name);
}

static ULONGLONG examine(struct actor *self) {
    struct { ULONG attributes; ACCESS_MASK access; ULONG handles, pointers, more[10]; } basic;
    struct { USHORT length, room; WCHAR *text; WCHAR space[200]; } type;
    HANDLE handle = H(self->asked[0]);
    ULONG size;
    DWORD flags = 0;
    LONG status;
    switch (self->question) {
    case VALID: return GetHandleInformation(handle, &flags) != 0;
    case INHERITS: return GetHandleInformation(handle, &flags) && (flags & HANDLE_FLAG_INHERIT);
    case PROTECTED: return GetHandleInformation(handle, &flags) && (flags & HANDLE_FLAG_PROTECT_FROM_CLOSE);
    case SAME: return CompareObjectHandles(handle, H(self->asked[1])) != 0;
    case TYPE:
        memset(&type, 0, sizeof type);
        NtQueryObject(handle, 2, &type, sizeof type, &size);
        for (size = 0; size < type.length / sizeof(WCHAR) && size < sizeof self->word - 1; size++)
            self->word[size] = (char)type.text[size];
        self->word[size] = 0;
        return 0;
    default:
        memset(&basic, 0, sizeof basic);
        status = NtQueryObject(handle, 0, &basic, sizeof basic, &size);
        if (status < 0) return 0;
        return self->question == ACCESS ? basic.access : basic.handles;
    }
}

static DWORD WINAPI live(void *number) {
    struct actor *self;
    me = (int)(ULONG_PTR)number;
    self = &world->actors[me];
    self->tid = GetCurrentThreadId();
    SetEvent(done_event[me]);
    while (WaitForSingleObject(go_event[me], LONG_WAIT) == WAIT_OBJECT_0) {
        if (self->question == STEP) {
            SetLastError(self->last_error);
            perform(me, self->step);
        } else {
            self->reply = examine(self);
        }
        SetEvent(done_event[me]);
    }
    ExitProcess(99);
}
