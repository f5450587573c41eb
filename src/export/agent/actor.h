/* Plays programs that it is told one call at a time.
 *
 * The first run is the conductor. It reads commands, a line each, and answers each with a line. Every process of
 * a program is this program again, and every thread of it an actor: it waits until the conductor hands it a
 * request, makes the call, and hands back what came of it. All share one block of memory, in which requests and
 * answers stand. The first processes of a program are started while the one before is played; who is left without
 * any trace of a program plays in the next one again.
 */

#define PLACES (PROCESSES * THREADS)
#define ACTORS (PLACES + FIRST_PROCESSES * THREADS)
#define LONGEST 4096   /* bytes of a request */
#define ARGUMENTS 16
#define HELD 0x400     /* no process has values above that open for itself */
#define PATIENCE 20000 /* milliseconds in which a process surely starts or ends */
#define ORPHANED 300000 /* milliseconds after which an actor believes that nobody conducts any more */

enum state { IDLE, ASKED, CALLING, ANSWERED };

struct actor {
    DWORD pid, tid;
    DWORD last_error;
    volatile LONG state;
    char request[LONGEST], answer[LONGEST];
};

struct world {
    char prefix[64]; /* in front of every object's name, for each program another */
    char folder[MAX_PATH];
    int cast[PLACES]; /* which actor plays which thread */
    struct actor actors[ACTORS];
};

/* An argument as it was written: `name=value`. */
struct argument {
    const char *name, *value;
};

struct out {
    const char *name;
    char form; /* n: a number, h: a handle, x: bytes */
    ULONGLONG number;
};

struct request {
    struct argument arguments[ARGUMENTS];
    struct out outs[ARGUMENTS];
    int given, wanted, used;
    HANDLE list[64];
    char texts[4][2 * MAX_PATH + 64];
    char bytes[LAST_TEXT];
    DWORD moved;
    PROCESS_INFORMATION information;
};

static struct world *world;
static char run[64];
static HANDLE go[ACTORS], done[ACTORS];

#define RUN run
#define QUERY(name, object, what, to, size) \
    NT(name, HANDLE, int, void *, ULONG, ULONG *)(object, what, to, size, NULL)

/* ---- What a request says ---- */

static int digit(char c) {
    return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

/* The bytes that a text of hexadecimal digits stands for. */
static DWORD decode(const char *from, char *to, DWORD room) {
    DWORD length = 0;
    for (; from[0] && from[1] && length < room; from += 2) to[length++] = (char)(digit(from[0]) * 16 + digit(from[1]));
    return length;
}

static const char *written(struct request *r, const char *name) {
    for (int i = 0; i < r->given; i++)
        if (!strcmp(r->arguments[i].name, name)) return r->arguments[i].value;
    return NULL;
}

static int given(struct request *r, const char *name) {
    return written(r, name) != NULL;
}

static ULONGLONG number(struct request *r, const char *name) {
    const char *value = written(r, name);
    return value ? strtoull(value, NULL, 16) : 0;
}

static HANDLE handle(struct request *r, const char *name) {
    return H(number(r, name));
}

/* Handles with commas between; NULL if there is no such argument. */
static HANDLE *list(struct request *r, const char *name) {
    const char *value = written(r, name);
    int count = 0;
    if (!value) return NULL;
    while (*value && count < 64) {
        char *end;
        r->list[count++] = H(strtoull(value, &end, 16));
        value = *end ? end + 1 : end;
    }
    return r->list;
}

static int listed(struct request *r, const char *name) {
    const char *value = written(r, name);
    int count = value && *value;
    for (; value && *value; value++) count += *value == ',';
    return count;
}

static char *text(struct request *r, const char *name) {
    const char *value = written(r, name);
    char *buffer = r->texts[r->used++ % 4];
    if (!value) return NULL;
    buffer[decode(value, buffer, MAX_PATH)] = 0;
    return buffer;
}

static DWORD length(struct request *r, const char *name) {
    const char *value = written(r, name);
    return value ? (DWORD)strlen(value) / 2 : 0;
}

/* The name of an object: it is private to this program. */
static char *object_name(struct request *r, const char *name) {
    char *plain = text(r, name), *buffer = r->texts[r->used++ % 4];
    int before;
    if (!plain || !*plain || *plain == '\\') return plain;
    before = !strncmp(plain, "Local\\", 6) ? 6 : !strncmp(plain, "Global\\", 7) ? 7 : 0;
    if (before && (!plain[before] || plain[before] == '\\')) return plain;
    snprintf(buffer, sizeof r->texts[0], "%.*s%s%s", before, plain, world->prefix, plain + before);
    return buffer;
}

static char *file_name(struct request *r, const char *name) {
    char *plain = text(r, name), *buffer = r->texts[r->used++ % 4];
    if (!plain) return NULL;
    snprintf(buffer, sizeof r->texts[0], "%s\\%s", world->folder, plain);
    return buffer;
}

/* Where a call shall write; NULL if nobody wants it. What nobody writes stays as it is. */
static void *out(struct request *r, const char *name, char form) {
    struct out *out = &r->outs[r->wanted];
    if (!given(r, name)) return NULL;
    r->wanted++;
    out->name = name;
    out->form = form;
    out->number = form == 'n' ? 0 : 0xCCCCCCCCCCCCCCCCull;
    return form == 'x' ? (void *)r->bytes : &out->number;
}

/* The same for a number of bytes, which tells how much was read. */
static void *out_moved(struct request *r, const char *name) {
    out(r, name, 'm');
    return &r->moved;
}

/* The actor that a new process or thread will be. */
static int place(struct request *r, const char *name) {
    return world->cast[number(r, name)];
}

#define inheritable(inherit) (&(SECURITY_ATTRIBUTES){ sizeof(SECURITY_ATTRIBUTES), NULL, (inherit) != 0 })

/* ---- What an actor does ---- */

static ULONGLONG dispatch(struct request *r, const char *call);

static void control(const char *word, int actor, HANDLE *event, BOOL make) {
    char name[100];
    snprintf(name, sizeof name, "%s%s-%d", run, word, actor);
    *event = make ? CreateEventA(NULL, FALSE, FALSE, name) : OpenEventA(SYNCHRONIZE | EVENT_MODIFY_STATE, FALSE, name);
}

/* What an object says of itself, as far as the handle allows it. */
static void state_of(HANDLE object, const char *type, char *to) {
    struct { LONG first, second; LARGE_INTEGER more; } state = { 0, 0, { .QuadPart = 0 } };
    LONG status = -1;
    if (!strcmp(type, "Event"))
        status = QUERY(NtQueryEvent, object, 0, &state, 8);
    if (!strcmp(type, "Semaphore"))
        status = QUERY(NtQuerySemaphore, object, 0, &state, 8);
    if (!strcmp(type, "Mutant"))
        status = QUERY(NtQueryMutant, object, 0, &state, 8);
    if (status < 0) strcpy(to, "-");
    else sprintf(to, "%ld", !strcmp(type, "Event") ? state.second : state.first);
}

/* What there is to see of each handle: type, rights, flags, number of handles, whether it names the same object as the
   one before, and the object's state. */
static void look(struct request *r, char *answer) {
    struct { ULONG attributes; ACCESS_MASK access; ULONG handles, pointers, more[10]; } basic;
    struct { USHORT length, room; WCHAR *text; WCHAR space[200]; } type;
    HANDLE *handles = list(r, "handles");
    int count = listed(r, "handles");
    ULONG size;
    for (int i = 0; i < count; i++) {
        char word[32] = "", state[16];
        DWORD flags = 99;
        memset(&basic, 0, sizeof basic);
        memset(&type, 0, sizeof type);
        GetHandleInformation(handles[i], &flags);
        QUERY(NtQueryObject, handles[i], 0, &basic, sizeof basic);
        QUERY(NtQueryObject, handles[i], 2, &type, sizeof type);
        for (size = 0; size < type.length / sizeof(WCHAR) && size < sizeof word - 1; size++) word[size] = (char)type.text[size];
        state_of(handles[i], word, state);
        answer += sprintf(answer, " %s,%lx,%lx,%lu,%d,%s", *word ? word : "-", basic.access, flags, basic.handles,
                          i > 0 && CompareObjectHandles(handles[i - 1], handles[i]), state);
    }
}

/* Which small values name something: before a program begins, what the process has open for itself. */
static void hold(char *answer) {
    DWORD flags;
    for (int value = 4; value < HELD; value += 4)
        if (GetHandleInformation(H(value), &flags)) answer += sprintf(answer, " %x", value);
}

/* Closes what a program has opened. */
static void tidy(struct request *r) {
    HANDLE *handles = list(r, "handles");
    for (int i = 0; i < listed(r, "handles"); i++) {
        SetHandleInformation(handles[i], HANDLE_FLAG_PROTECT_FROM_CLOSE, 0);
        CloseHandle(handles[i]);
    }
}

static void perform(struct actor *self) {
    struct request *r = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *r);
    char *call = self->request, *word = call, *answer = self->answer;
    ULONGLONG value;
    DWORD error;
    while (*word && *word != ' ') word++;
    while (*word) {
        *word++ = 0;
        r->arguments[r->given].name = word;
        while (*word != '=') word++;
        *word++ = 0;
        r->arguments[r->given++].value = word;
        while (*word && *word != ' ') word++;
    }
    if (!strcmp(call, "Look")) {
        strcpy(answer, "saw");
        look(r, answer + 3);
    } else if (!strcmp(call, "Hold")) {
        strcpy(answer, "holds");
        hold(answer + 5);
    } else if (!strcmp(call, "Tidy")) {
        strcpy(answer, "tidied");
        tidy(r);
    } else {
        SetLastError(self->last_error);
        InterlockedExchange(&self->state, CALLING);
        value = dispatch(r, call);
        error = GetLastError();
        answer += sprintf(answer, "answered %llx %lx", value, error);
        for (struct out *out = r->outs; out < r->outs + r->wanted; out++) {
            answer += sprintf(answer, " %s=", out->name);
            if (out->form == 'm') out->number = r->moved;
            if (out->form == 'r')
                answer += sprintf(answer, "%llx,%llx,%lx,%lx", N(r->information.hProcess), N(r->information.hThread),
                                  r->information.dwProcessId, r->information.dwThreadId);
            else if (out->form != 'x') answer += sprintf(answer, "%llx", out->number);
            else for (DWORD i = 0; i < r->moved && i < MOST_READ; i++) answer += sprintf(answer, "%02x", (unsigned char)r->bytes[i]);
        }
    }
    HeapFree(GetProcessHeap(), 0, r);
}

static DWORD WINAPI live(void *number) {
    int me = (int)(ULONG_PTR)number;
    struct actor *self = &world->actors[me];
    self->tid = GetCurrentThreadId();
    SetEvent(done[me]);
    while (WaitForSingleObject(go[me], ORPHANED) == WAIT_OBJECT_0) {
        perform(self);
        InterlockedExchange(&self->state, ANSWERED);
        SetEvent(done[me]);
    }
    ExitProcess(99);
}
