/* ---- What the headers lack ---- */

#define UNUSED __attribute__((unused))

/* Names that not every compiler's headers have. */
#ifndef EVENT_QUERY_STATE
#define EVENT_QUERY_STATE 1
#endif
#ifndef SEMAPHORE_QUERY_STATE
#define SEMAPHORE_QUERY_STATE 1
#endif
#ifndef JOB_OBJECT_IMPERSONATE
#define JOB_OBJECT_IMPERSONATE 0x20
#endif
#ifndef PROCESS_SET_LIMITED_INFORMATION
#define PROCESS_SET_LIMITED_INFORMATION 0x2000
#endif
#ifndef THREAD_ALERT
#define THREAD_ALERT 4
#endif
#ifndef THREAD_RESUME
#define THREAD_RESUME 0x1000
#endif
#ifndef OBJ_PROTECT_CLOSE
#define OBJ_PROTECT_CLOSE 1
#endif
#ifndef OBJ_INHERIT
#define OBJ_INHERIT 2
#endif
#ifndef DUPLICATE_SAME_ATTRIBUTES
#define DUPLICATE_SAME_ATTRIBUTES 4
#endif

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
