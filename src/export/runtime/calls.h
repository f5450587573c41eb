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
