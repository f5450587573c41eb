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
