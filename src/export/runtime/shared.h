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
