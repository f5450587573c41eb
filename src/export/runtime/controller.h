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
