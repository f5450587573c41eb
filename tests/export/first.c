/* Two handles, one object
 *
 * Made by `handlelab export c`. Compile it for 64-bit Windows and run it without arguments:
 *     x86_64-w64-mingw32-gcc -Wall -Wextra -o scenario.exe scenario.c
 * It ends with 0 when every answer is as the scenario expects. The story itself is at the end of this file.
 */
#define __USE_MINGW_ANSI_STDIO 1
#define _WIN32_WINNT 0x0A00
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { actor_parent, actor_child, ACTORS };
static const int process_of[] = { actor_parent, actor_child };
enum {
    parent_hEvent,
    parent_pi_hProcess,
    parent_pi_hThread,
    parent_pi_dwProcessId,
    parent_pi_dwThreadId,
    parent_hForChild,
    VARIABLES
};
#define STEPS 10

/* ---- Calls ---- */

#define UNUSED __attribute__((unused))

#define H(number) ((HANDLE)(ULONG_PTR)(number))
#define N(value) ((ULONGLONG)(ULONG_PTR)(value))

/* Calls of the kernel's own, and new ones, are looked up: not every system has them, nor every import library. */
static FARPROC look_up(const char *module, const char *name) {
    return GetProcAddress(GetModuleHandleA(module), name);
}

#define NT(name, ...) ((LONG(WINAPI *)(__VA_ARGS__))(void *)look_up("ntdll.dll", #name))
#define NtClose(...) NT(NtClose, HANDLE)(__VA_ARGS__)
#define NtDuplicateObject(...) \
    NT(NtDuplicateObject, HANDLE, HANDLE, HANDLE, HANDLE *, ACCESS_MASK, ULONG, ULONG)(__VA_ARGS__)
#define NtMakePermanentObject(...) NT(NtMakePermanentObject, HANDLE)(__VA_ARGS__)
#define NtMakeTemporaryObject(...) NT(NtMakeTemporaryObject, HANDLE)(__VA_ARGS__)
#define NtQueryObject(...) NT(NtQueryObject, HANDLE, int, void *, ULONG, ULONG *)(__VA_ARGS__)
#define CompareObjectHandles(...) \
    ((BOOL(WINAPI *)(HANDLE, HANDLE))(void *)look_up("kernelbase.dll", "CompareObjectHandles"))(__VA_ARGS__)

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

/* ---- Starting the program again ---- */

static UNUSED HANDLE create_thread(int actor, BOOL inherit, DWORD flags, DWORD *id) {
    DWORD ignored;
    HANDLE thread = CreateThread(inheritable(inherit), 0, live, H(actor), flags, id ? id : &ignored);
    if (thread) world->actors[actor].tid = id ? *id : ignored;
    return thread;
}

struct child {
    BOOL inherit, process_inherit, thread_inherit;
    DWORD flags;
    HANDLE *list;
    int listed;
    const HANDLE *parent;
    BOOL has_standard;
    HANDLE standard[3];
};

static BOOL create_process(int actor, struct child how, PROCESS_INFORMATION *information) {
    char program[MAX_PATH], line[2 * MAX_PATH];
    SIZE_T size = 0;
    STARTUPINFOEXA start;
    BOOL made = TRUE;
    DWORD before = GetLastError(), error;
    memset(&start, 0, sizeof start);
    start.StartupInfo.cb = sizeof start.StartupInfo;
    GetModuleFileNameA(NULL, program, sizeof program);
    snprintf(line, sizeof line, "\"%s\" %s %d", program, RUN, actor);
    if (how.has_standard) {
        start.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
        start.StartupInfo.hStdInput = how.standard[0];
        start.StartupInfo.hStdOutput = how.standard[1];
        start.StartupInfo.hStdError = how.standard[2];
    }
    if (how.list || how.parent) {
        start.StartupInfo.cb = sizeof start;
        InitializeProcThreadAttributeList(NULL, 2, 0, &size);
        start.lpAttributeList = HeapAlloc(GetProcessHeap(), 0, size);
        made = InitializeProcThreadAttributeList(start.lpAttributeList, 2, 0, &size);
        if (made && how.list)
            made = UpdateProcThreadAttribute(start.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, how.list,
                                             how.listed * sizeof(HANDLE), NULL, NULL);
        if (made && how.parent)
            made = UpdateProcThreadAttribute(start.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_PARENT_PROCESS,
                                             (void *)how.parent, sizeof(HANDLE), NULL, NULL);
        how.flags |= EXTENDED_STARTUPINFO_PRESENT;
    }
    made = made && CreateProcessA(program, line, inheritable(how.process_inherit), inheritable(how.thread_inherit),
                                  how.inherit, how.flags, NULL, NULL, &start.StartupInfo, information);
    error = made ? before : GetLastError();
    if (made) {
        world->actors[actor].pid = information->dwProcessId;
        world->actors[actor].tid = information->dwThreadId;
    }
    if (start.lpAttributeList) HeapFree(GetProcessHeap(), 0, start.lpAttributeList);
    SetLastError(error);
    return made;
}

/* ---- What the processes share ---- */

static HANDLE share(const char *prefix, BOOL make) {
    char name[100];
    HANDLE section;
    snprintf(name, sizeof name, "%sworld", prefix);
    section = make ? CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, sizeof *world, name)
                   : OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, name);
    world = section ? MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, sizeof *world) : NULL;
    if (!world) ExitProcess(2);
    return section;
}

static void clear_folder(void) {
    char path[3 * MAX_PATH];
    WIN32_FIND_DATAA found;
    HANDLE search;
    snprintf(path, sizeof path, "%s\\*", world->folder);
    search = FindFirstFileA(path, &found);
    if (search == INVALID_HANDLE_VALUE) return;
    do {
        snprintf(path, sizeof path, "%s\\%s", world->folder, found.cFileName);
        DeleteFileA(path);
    } while (FindNextFileA(search, &found));
    FindClose(search);
}

/* ---- What the controller does ---- */

static int pending[ACTORS], stuck[ACTORS], greeted[ACTORS];
static int wrong, judged, not_asked_at_all;
static HANDLE watched[ACTORS];

static void print_text(const char *text, DWORD length) {
    putchar('"');
    for (DWORD i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\' || c < 32 || c > 126) printf("\\u%04x", c);
        else putchar(c);
    }
    putchar('"');
}

/* Handles and addresses differ from run to run; only what they are not is comparable. */
static void print_value(ULONGLONG value, int is_handle) {
    if (!is_handle || value == 0) printf("%llu", value);
    else if (value == (ULONGLONG)-1) printf("\"-1\"");
    else printf("\"HANDLE\"");
}

enum expected { ANYTHING, IS_TRUE, IS_HANDLE, IS_ADDRESS, IS_NUMBER };
enum form { BITS32, BITS64, OPAQUE_VALUE };

static void count(int step, int good) {
    judged++;
    if (good) return;
    wrong++;
    printf("{\"step\":%d,\"verdict\":\"not as expected\"}\n", step);
    fflush(stdout);
}

/* The first thing that an actor does is to say that it is there. */
static void greet(int actor) {
    if (greeted[actor] || stuck[actor]) return;
    if (WaitForSingleObject(done_event[actor], 3 * LIMIT) == WAIT_OBJECT_0) greeted[actor] = 1;
    else stuck[actor] = 1;
}

static void go(int step, int actor) {
    greet(actor);
    if (stuck[actor]) return;
    world->actors[actor].step = step;
    world->actors[actor].question = STEP;
    pending[actor] = step;
    SetEvent(go_event[actor]);
}

static int is_done(int actor, DWORD limit) {
    if (pending[actor] && WaitForSingleObject(done_event[actor], limit) == WAIT_OBJECT_0) pending[actor] = 0;
    return !pending[actor];
}

static HANDLE open_actor(int actor, int is_thread, DWORD process_access, DWORD thread_access) {
    return is_thread ? OpenThread(thread_access, FALSE, world->actors[actor].tid)
                     : OpenProcess(process_access, FALSE, world->actors[actor].pid);
}

static int is_running(int actor, int is_thread) {
    HANDLE handle = open_actor(actor, is_thread, SYNCHRONIZE, SYNCHRONIZE);
    int running = handle && WaitForSingleObject(handle, 0) == WAIT_TIMEOUT;
    if (handle) CloseHandle(handle);
    return running;
}

/* Waits for a step to return, unless its actor has ended in the middle of it. */
static int returns(int actor) {
    for (DWORD waited = 0; waited < LIMIT; waited += SOON) {
        if (is_done(actor, SOON)) return 1;
        if (!is_running(actor, process_of[actor] != actor)) return is_done(actor, 0);
    }
    return 0;
}

/* A step that should wait: a glance must do, for there is no way to see that somebody will wait for ever. */
static UNUSED void blocks(int step, int actor) {
    if (stuck[actor]) return;
    printf("{\"step\":%d,\"blocked\":%s}\n", step, is_done(actor, GLANCE) ? "false" : "true");
    fflush(stdout);
}

static UNUSED void not_asked(int step, const char *why) {
    printf("{\"step\":%d,\"not_asked\":\"%s\"}\n", step, why);
    fflush(stdout);
    not_asked_at_all++;
}

static UNUSED void done(int step, int actor, enum form form, enum expected expected, ULONGLONG number, DWORD error) {
    struct result *result = &world->results[step];
    int good;
    if (stuck[actor] || (!returns(actor) && (stuck[actor] = 1))) {
        int is_there = is_running(actor, process_of[actor] != actor);
        printf("{\"step\":%d,\"nothing\":\"%s\"}\n", step, is_there ? "it does not return" : "it has ended");
        fflush(stdout);
        count(step, 0);
        return;
    }
    if (result->unasked) {
        not_asked(step, result->unasked == NO_SUCH_CALL ? "this system has no such call"
                                                        : "the value happens to name something else here");
        return;
    }
    if (form == BITS32) result->answer &= 0xFFFFFFFFu;
    printf("{\"step\":%d,\"answer\":", step);
    print_value(result->answer, form == OPAQUE_VALUE);
    printf(",\"error\":%lu}\n", result->error);
    fflush(stdout);
    if (form == BITS32) number &= 0xFFFFFFFFu;
    switch (expected) {
    case ANYTHING: return;
    case IS_TRUE:
    case IS_ADDRESS: good = result->answer != 0; break;
    case IS_HANDLE: good = result->answer != 0 && result->answer != (ULONGLONG)-1; break;
    default: good = result->answer == number;
    }
    count(step, good && (error == ANY_ERROR || error == result->error));
}

static UNUSED void out_handle(int step, const char *name, ULONGLONG value) {
    printf("{\"step\":%d,\"out\":\"%s\",\"value\":", step, name);
    print_value(value, 1);
    printf("}\n");
    fflush(stdout);
}

static UNUSED void out_number(int step, const char *name, ULONGLONG value) {
    printf("{\"step\":%d,\"out\":\"%s\",\"value\":%llu}\n", step, name, value);
    fflush(stdout);
}

static UNUSED void out_text(int step, const char *name, int variable) {
    printf("{\"step\":%d,\"out\":\"%s\",\"value\":", step, name);
    print_text(T(variable), world->variables[variable].length);
    printf("}\n");
    fflush(stdout);
}

static UNUSED void check(int step, int holds) {
    printf("{\"step\":%d,\"check\":%s}\n", step, holds ? "true" : "false");
    fflush(stdout);
    count(step, holds);
}

/* Asks an actor about handles of its process. */
static UNUSED ULONGLONG ask(int actor, enum question question, ULONGLONG first, ULONGLONG second) {
    struct actor *asked = &world->actors[actor];
    greet(actor);
    if (stuck[actor] || pending[actor]) return (ULONGLONG)-1;
    asked->question = question;
    asked->asked[0] = first;
    asked->asked[1] = second;
    SetEvent(go_event[actor]);
    if (WaitForSingleObject(done_event[actor], LIMIT) != WAIT_OBJECT_0) stuck[actor] = 1;
    return asked->reply;
}

static UNUSED int is_type(int actor, ULONGLONG value, const char *word) {
    ask(actor, TYPE, value, 0);
    return !strcmp(world->actors[actor].word, word);
}

/* Does somebody still wait? If the scenario says no, there is time to come back. */
static UNUSED int is_blocked(int actor, DWORD limit) {
    return !is_done(actor, limit);
}

static UNUSED int is_named(const char *name) {
    HANDLE found = OpenEventA(SYNCHRONIZE, FALSE, private_name(name));
    if (found) CloseHandle(found);
    return found || GetLastError() != ERROR_FILE_NOT_FOUND;
}

static UNUSED ULONGLONG exit_code(int actor) {
    HANDLE handle = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, world->actors[actor].pid);
    DWORD code = 0xFFFFFFFFu;
    if (handle) {
        GetExitCodeProcess(handle, &code);
        CloseHandle(handle);
    }
    return code;
}

/* Somebody will end in the next step: its end is waited for. The handle is open no longer than that. */
static UNUSED void watch(int actor, int is_thread) {
    watched[actor] = open_actor(actor, is_thread, SYNCHRONIZE, SYNCHRONIZE);
}

static UNUSED void ended(int actor) {
    if (watched[actor]) {
        WaitForSingleObject(watched[actor], LIMIT);
        CloseHandle(watched[actor]);
        watched[actor] = NULL;
    }
    pending[actor] = 0;
    stuck[actor] = 1;
}

/* Nobody refers to a process any more: soon its id names nothing. */
static UNUSED void vanishes(int actor) {
    DWORD start = GetTickCount();
    HANDLE handle;
    while ((handle = open_actor(actor, 0, SYNCHRONIZE, SYNCHRONIZE)) && GetTickCount() - start < 1000) {
        CloseHandle(handle);
        SwitchToThread();
    }
    if (handle) CloseHandle(handle);
}

static UNUSED void start(int actor) {
    PROCESS_INFORMATION information;
    struct child how = { .has_standard = TRUE };
    if (!create_process(actor, how, &information)) {
        printf("{\"missing\":\"CreateProcess\"}\n");
        ExitProcess(2);
    }
    CloseHandle(information.hThread);
    CloseHandle(information.hProcess);
    greet(actor);
}

static UNUSED void stop(int actor) {
    HANDLE process = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, world->actors[actor].pid);
    if (!process) return;
    TerminateProcess(process, 0);
    WaitForSingleObject(process, LIMIT);
    CloseHandle(process);
}

static int conduct(void) {
    char prefix[64], name[100], temporary[MAX_PATH - 64];
    HANDLE section;
    snprintf(prefix, sizeof prefix, "hl%lx-%lx-", GetCurrentProcessId(), GetTickCount());
    section = share(prefix, TRUE);
    strcpy(world->prefix, prefix);
    GetTempPathA(sizeof temporary, temporary);
    snprintf(world->folder, sizeof world->folder, "%s%s", temporary, prefix);
    CreateDirectoryA(world->folder, NULL);
    for (int actor = 0; actor < ACTORS; actor++) {
        snprintf(name, sizeof name, "%sgo-%d", prefix, actor);
        go_event[actor] = CreateEventA(NULL, FALSE, FALSE, name);
        snprintf(name, sizeof name, "%sdone-%d", prefix, actor);
        done_event[actor] = CreateEventA(NULL, FALSE, FALSE, name);
    }
    play();
    clear_folder();
    RemoveDirectoryA(world->folder);
    printf("{\"verdict\":\"%s\",\"judged\":%d,\"wrong\":%d,\"not_asked\":%d}\n", wrong ? "failed" : "ok", judged, wrong,
           not_asked_at_all);
    fflush(stdout);
    CloseHandle(section);
    return wrong ? 1 : 0;
}

int main(int count_of_words, char **words) {
    if (count_of_words < 3) return conduct();
    CloseHandle(share(words[1], FALSE));
    me = atoi(words[2]);
    for (int actor = 0; actor < ACTORS; actor++) {
        if (process_of[actor] != me) continue;
        go_event[actor] = control("go", actor);
        done_event[actor] = control("done", actor);
    }
    world->actors[me].pid = GetCurrentProcessId();
    return (int)live(H(me));
}

/* ---- The story ---- */

static void play_parent(int step) {
    switch (step) {

    /* One object, one handle. Only the kernel sees the count. */
    /* parent: hEvent = CreateEvent(bManualReset: TRUE) => HANDLE */
    case 1: {
        V(parent_hEvent) = answer(1, N(CreateEventA(NULL, TRUE, FALSE, NULL)));
        break;
    }

    /* A child that may signal the event, and nothing else. */
    /* parent: CreateProcess("child", &pi) => TRUE */
    case 3: {
        PROCESS_INFORMATION information = { 0 };
        answer(3, N(create_process(actor_child, (struct child){ .inherit = FALSE }, &information)));
        if (world->results[3].answer) {
            V(parent_pi_hProcess) = N(information.hProcess);
            V(parent_pi_hThread) = N(information.hThread);
            V(parent_pi_dwProcessId) = N(information.dwProcessId);
            V(parent_pi_dwThreadId) = N(information.dwThreadId);
        }
        break;
    }

    /* parent: DuplicateHandle(GetCurrentProcess(), hEvent, pi.hProcess, &hForChild, EVENT_MODIFY_STATE, FALSE, 0) => TRUE */
    case 4: {
        HANDLE out_parent_hForChild = H(V(parent_hForChild));
        answer(4, N(DuplicateHandle(GetCurrentProcess(), H(V(parent_hEvent)), H(V(parent_pi_hProcess)), &out_parent_hForChild, EVENT_MODIFY_STATE, FALSE, 0)));
        V(parent_hForChild) = N(out_parent_hForChild);
        break;
    }

    /* The parent closes its handle, but the child's keeps the object alive. */
    /* parent: CloseHandle(hEvent) => TRUE */
    case 7: {
        answer(7, N(CloseHandle(H(V(parent_hEvent)))));
        break;
    }
    default:
        break;
    }
}

static void play_child(int step) {
    switch (step) {

    /* child: SetEvent(parent.hForChild) => TRUE */
    case 5: {
        answer(5, N(SetEvent(H(V(parent_hForChild)))));
        break;
    }

    /* child: WaitForSingleObject(parent.hForChild, 0) => WAIT_FAILED ERROR_ACCESS_DENIED */
    case 6: {
        answer(6, N(WaitForSingleObject(H(V(parent_hForChild)), 0)));
        break;
    }

    /* The child ends, and the last handle goes with it. */
    /* child: ExitProcess(0) */
    case 9: {
        ExitProcess(0);
        break;
    }
    default:
        break;
    }
}

static void perform(int actor, int step) {
    switch (process_of[actor]) {
    case actor_parent:
        play_parent(step);
        break;
    case actor_child:
        play_child(step);
        break;
    }
}

static void play(void) {
    start(actor_parent);

    /* parent: hEvent = CreateEvent(bManualReset: TRUE) => HANDLE */
    go(1, actor_parent);
    done(1, actor_parent, OPAQUE_VALUE, IS_HANDLE, 0, ANY_ERROR);

    /* check handles(parent.hEvent) == 1 */
    check(2, ask(actor_parent, HANDLES, V(parent_hEvent), 0) == 1);

    /* parent: CreateProcess("child", &pi) => TRUE */
    go(3, actor_parent);
    done(3, actor_parent, BITS32, IS_TRUE, 0, ANY_ERROR);
    out_handle(3, "pi.hProcess", V(parent_pi_hProcess));
    out_handle(3, "pi.hThread", V(parent_pi_hThread));
    greet(actor_child);

    /* parent: DuplicateHandle(GetCurrentProcess(), hEvent, pi.hProcess, &hForChild, EVENT_MODIFY_STATE, FALSE, 0) => TRUE */
    go(4, actor_parent);
    done(4, actor_parent, BITS32, IS_TRUE, 0, ANY_ERROR);
    out_handle(4, "hForChild", V(parent_hForChild));

    /* child: SetEvent(parent.hForChild) => TRUE */
    go(5, actor_child);
    done(5, actor_child, BITS32, IS_TRUE, 0, ANY_ERROR);

    /* child: WaitForSingleObject(parent.hForChild, 0) => WAIT_FAILED ERROR_ACCESS_DENIED */
    go(6, actor_child);
    done(6, actor_child, BITS32, IS_NUMBER, WAIT_FAILED, ERROR_ACCESS_DENIED);

    /* parent: CloseHandle(hEvent) => TRUE */
    go(7, actor_parent);
    done(7, actor_parent, BITS32, IS_TRUE, 0, ANY_ERROR);

    /* check alive(parent.hEvent) */
    not_asked(8, "without a handle nobody can see an object");

    /* child: ExitProcess(0) */
    watch(actor_child, 0);
    go(9, actor_child);
    ended(actor_child);

    /* check dead(parent.hEvent) */
    not_asked(10, "without a handle nobody can see an object");

    stop(actor_parent);
}
