/* ---- What the conductor does ---- */

static int greeted[ACTORS], pending[ACTORS];
static int spare[FIRST_PROCESSES]; /* the actors that wait for the next program */
static HANDLE watched[2 * PLACES];
static int watching;

static int greet(int actor, DWORD limit) {
    if (!greeted[actor] && WaitForSingleObject(done[actor], limit) == WAIT_OBJECT_0) greeted[actor] = 1;
    return greeted[actor];
}

static void start(int actor) {
    struct child how = { .has_standard = TRUE };
    PROCESS_INFORMATION information;
    /* A busy system now and then fails to start a process. */
    for (int tries = 0; !create_process(actor, how, &information); tries++) {
        if (tries == 10) ExitProcess(2);
        Sleep(100);
    }
    CloseHandle(information.hThread);
    CloseHandle(information.hProcess);
}

/* Forgets whoever played these parts. */
static void forget(int first, int last) {
    for (int actor = first; actor <= last; actor++) {
        if (world->actors[actor].tid) {
            ResetEvent(go[actor]);
            ResetEvent(done[actor]);
        }
        memset(&world->actors[actor], 0, offsetof(struct actor, request));
        greeted[actor] = pending[actor] = 0;
    }
}

/* Ends a process of a program, if it is there. */
static void end(int first) {
    DWORD pid = world->actors[first].pid;
    HANDLE process = pid ? OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, pid) : NULL;
    if (process) {
        TerminateProcess(process, 0);
        WaitForSingleObject(process, PATIENCE);
        CloseHandle(process);
    }
    forget(first, first + THREADS - 1);
}

static void cast(int process, int first) {
    for (int thread = 0; thread < THREADS; thread++) world->cast[process * THREADS + thread] = first + thread;
}

static void tell(const char *line) {
    DWORD ignored;
    char out[LONGEST + 2];
    int length = snprintf(out, sizeof out, "%s\n", line);
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), out, length, &ignored, NULL);
}

/* Ends whoever is left of the program before, but for those who are kept, and makes ready for the next. */
static void begin(const int *keep) {
    static int programs;
    char line[LONGEST];
    int length = sprintf(line, "begun");
    for (int process = 0; process < PROCESSES; process++)
        if (process >= FIRST_PROCESSES || !keep[process]) end(world->cast[process * THREADS]);
    clear_folder();
    snprintf(world->prefix, sizeof world->prefix, "%s%d-", run, programs++);
    for (int process = 0; process < FIRST_PROCESSES; process++) {
        int before = world->cast[process * THREADS];
        if (keep[process]) {
            /* Its other threads have ended. */
            forget(before + 1, before + THREADS - 1);
        } else {
            cast(process, spare[process]);
            spare[process] = before;
        }
        greet(world->cast[process * THREADS], PATIENCE);
        length += sprintf(line + length, " %lx %lx", world->actors[world->cast[process * THREADS]].pid,
                          world->actors[world->cast[process * THREADS]].tid);
        if (!keep[process]) start(before);
    }
    tell(line);
}

/* Waits so many milliseconds for what comes of an actor's request. */
static int is_pending(int actor, DWORD limit) {
    if (pending[actor] && WaitForSingleObject(done[actor], limit) == WAIT_OBJECT_0) pending[actor] = 0;
    return pending[actor];
}

static void hear(int actor, DWORD limit) {
    tell(is_pending(actor, limit) ? "waits" : world->actors[actor].answer);
}

/* Hands an actor a request. When it is to wait, there is no way to see that it will for ever: so many milliseconds
   must do, counted from the moment in which it makes the call. */
static void ask(int actor, DWORD limit, DWORD error, const char *request) {
    struct actor *asked = &world->actors[actor];
    DWORD start = GetTickCount();
    if (!greet(actor, PATIENCE)) {
        tell("absent");
        return;
    }
    strcpy(asked->request, request);
    asked->last_error = error;
    InterlockedExchange(&asked->state, ASKED);
    pending[actor] = 1;
    SetEvent(go[actor]);
    while (is_pending(actor, 1) && asked->state == ASKED && GetTickCount() - start < PATIENCE) continue;
    hear(actor, limit);
}

/* Opens somebody whose end is expected; that handle is open no longer than until then. */
static void watch(int is_process, DWORD id) {
    HANDLE opened = is_process ? OpenProcess(SYNCHRONIZE, FALSE, id) : OpenThread(SYNCHRONIZE, FALSE, id);
    if (opened) watched[watching++] = opened;
}

static void ended(DWORD limit) {
    char line[100];
    int running = 0;
    while (watching > 0) {
        running += WaitForSingleObject(watched[--watching], limit) != WAIT_OBJECT_0;
        CloseHandle(watched[watching]);
    }
    sprintf(line, "running %d", running);
    tell(line);
}

/* Nobody refers to a process any more: soon its id names nothing. */
static void vanishes(DWORD pid) {
    DWORD start = GetTickCount();
    HANDLE opened;
    while ((opened = OpenProcess(SYNCHRONIZE, FALSE, pid)) && GetTickCount() - start < PATIENCE) {
        CloseHandle(opened);
        Sleep(1);
    }
    if (opened) CloseHandle(opened);
    tell(opened ? "stays" : "vanished");
}

/* The ids of a process and a thread, as whoever created them was told. */
static void ids(int actor) {
    char line[100];
    sprintf(line, "ids %lx %lx", world->actors[actor].pid, world->actors[actor].tid);
    tell(line);
}

/* Starts a process that no other creates. */
static void another(int actor) {
    start(actor);
    greet(actor, PATIENCE);
    ids(actor);
}

/* What a handle of a process names, as a handle of one's own; for the values 0 and 1, the process or thread with that id. */
static HANDLE borrow(DWORD pid, ULONGLONG value) {
    HANDLE process, own = NULL;
    if (value < 2) return value ? OpenThread(SYNCHRONIZE, FALSE, pid) : OpenProcess(SYNCHRONIZE, FALSE, pid);
    process = OpenProcess(PROCESS_DUP_HANDLE, FALSE, pid);
    if (!process) return NULL;
    DuplicateHandle(process, H(value), GetCurrentProcess(), &own, 0, FALSE, DUPLICATE_SAME_ACCESS);
    CloseHandle(process);
    return own;
}

static HANDLE kept;

/* Holds on to what a handle names, which is about to be closed. */
static void hold_on(DWORD pid, ULONGLONG value) {
    if (kept) CloseHandle(kept);
    kept = borrow(pid, value);
    tell("keeps");
}

/* Lets it go, and tells whether another handle names the same. */
static void let_go(DWORD pid, ULONGLONG value) {
    HANDLE other = borrow(pid, value);
    BOOL same = kept && other && CompareObjectHandles(kept, other);
    if (other) CloseHandle(other);
    if (kept) CloseHandle(kept);
    kept = NULL;
    tell(same ? "same 1" : "same 0");
}

/* Tells which of the handles behind the first names the same object as the first; 0 if none does. Each has the id of its
   process in front of it, as `borrow` takes them. */
static void same(char *line) {
    char answer[40], *rest = line;
    HANDLE first = NULL;
    int found = 0;
    for (int place = 0; !found; place++, line = rest) {
        DWORD pid = strtoul(line, &rest, 16);
        HANDLE borrowed;
        if (rest == line) break;
        borrowed = borrow(pid, strtoull(rest, &rest, 16));
        if (!place) first = borrowed;
        else if (first && borrowed && CompareObjectHandles(first, borrowed)) found = place;
        if (place && borrowed) CloseHandle(borrowed);
    }
    if (first) CloseHandle(first);
    sprintf(answer, "same %x", found);
    tell(answer);
}

static int obey(char *line) {
    unsigned place = 0, limit, error;
    DWORD id;
    int rest = 0;
    int keep[FIRST_PROCESSES];
    if (sscanf(line, "begin %d %d", &keep[0], &keep[1]) == 2) begin(keep);
    else if (sscanf(line, "ask %u %u %x %n", &place, &limit, &error, &rest) == 3 && rest) ask(world->cast[place], limit, error, line + rest);
    else if (sscanf(line, "hear %u %u", &place, &limit) == 2) hear(world->cast[place], limit);
    else if (sscanf(line, "greet %u", &place) == 1) tell(greet(world->cast[place], PATIENCE) ? "there" : "absent");
    else if (sscanf(line, "ids %u", &place) == 1) ids(world->cast[place]);
    else if (sscanf(line, "watch process %lx", &id) == 1) watch(1, id), tell("watching");
    else if (sscanf(line, "watch thread %lx", &id) == 1) watch(0, id), tell("watching");
    else if (sscanf(line, "ended %u", &limit) == 1) ended(limit);
    else if (sscanf(line, "vanishes %lx", &id) == 1) vanishes(id);
    else if (sscanf(line, "another %u", &place) == 1) another(world->cast[place]);
    else if (!strncmp(line, "same ", 5)) same(line + 5);
    else if (sscanf(line, "keep %lx %x", &id, &place) == 2) hold_on(id, place);
    else if (sscanf(line, "kept %lx %x", &id, &place) == 2) let_go(id, place);
    else return 0;
    return 1;
}

static int conduct(void) {
    static char lines[2 * LONGEST];
    char temporary[MAX_PATH - 100];
    DWORD kept = 0, got;
    HANDLE section;
    snprintf(run, sizeof run, "hl%lx-%lx-", GetCurrentProcessId(), GetTickCount());
    section = share(run, TRUE);
    GetTempPathA(sizeof temporary, temporary);
    snprintf(world->folder, sizeof world->folder, "%s%s", temporary, run);
    CreateDirectoryA(world->folder, NULL);
    for (int actor = 0; actor < ACTORS; actor++) {
        control("go", actor, &go[actor], TRUE);
        control("done", actor, &done[actor], TRUE);
    }
    for (int process = 0; process < PROCESSES; process++) cast(process, process * THREADS);
    for (int process = 0; process < FIRST_PROCESSES; process++) start(spare[process] = PLACES + process * THREADS);
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), lines + kept, sizeof lines - 1 - kept, &got, NULL) && got) {
        char *line = lines, *end;
        lines[kept += got] = 0;
        while ((end = strchr(line, '\n'))) {
            *end = 0;
            if (!obey(line)) tell("what?");
            line = end + 1;
        }
        kept -= (DWORD)(line - lines);
        memmove(lines, line, kept);
    }
    for (int actor = 0; actor < ACTORS; actor += THREADS) end(actor);
    clear_folder();
    RemoveDirectoryA(world->folder);
    CloseHandle(section);
    return 0;
}

int main(int count, char **words) {
    int me;
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    if (count < 3) return conduct();
    snprintf(run, sizeof run, "%s", words[1]);
    CloseHandle(share(run, FALSE));
    me = atoi(words[2]);
    for (int actor = me; actor < me + THREADS; actor++) {
        control("go", actor, &go[actor], FALSE);
        control("done", actor, &done[actor], FALSE);
    }
    world->actors[me].pid = GetCurrentProcessId();
    return (int)live(H(me));
}
