// The MPI library of this process: opening it, and telling which binary interface it has.

#define _GNU_SOURCE
#include "calls.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct cmpi_calls *calls;
static char file[4096];
/// What the versions of Intel MPI have in them.
static const char intel[] = "Intel(R) MPI";

#define FORWARD(type, name, parameters, arguments)                                                                     \
    type cmpi_##name parameters { return calls->name arguments; }
CMPI_CALLS(FORWARD)

/// Returns the path of the file that has the MPI library's own code, behind wrappers of profilers.
static const char *file_of(void *library) {
    void *function = dlsym(library, "PMPI_Initialized");
    Dl_info info;
    return function && dladdr(function, &info) ? info.dli_fname : NULL;
}

/// Gets the name and version of an MPI library into `text`; no text if it does not tell.
static void describe(void *library, char *text) {
    int (*get_version)(char *, int *) = (int (*)(char *, int *))dlsym(library, "MPI_Get_library_version");
    int length = 0;
    if (!get_version || get_version(text, &length) != 0) text[0] = 0;
}

static const struct cmpi_calls *calls_of(void *library, const char *path, const char *version) {
    if (dlsym(library, "ompi_mpi_comm_world")) return &cmpi_calls_openmpi;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    // The standard demands this name, of the library and of its symbolic links.
    if (!strncmp(name, "libmpi_abi.", 11)) return &cmpi_calls_standard;
    const char *const kin[] = {"MPICH", "MVAPICH", intel};
    for (size_t i = 0; i < sizeof kin / sizeof *kin; i++) {
        if (strstr(version, kin[i])) return &cmpi_calls_mpich;
    }
    return NULL;
}

/// Loads the libfabric that is installed with Intel MPI. That of PyPI expects LD_LIBRARY_PATH and FI_PROVIDER_PATH to lead
/// there. The loader gives a library that is loaded to all who ask for its name.
static void load_fabric_of(const char *library) {
    // Of the releases since 2021.15, and of earlier ones.
    static const struct {
        const char *file, *providers;
    } layouts[] = {{"libfabric.so.1", ""}, {"libfabric/libfabric.so.1", "libfabric/prov"}};
    const char *slash = strrchr(library, '/');
    int length = slash ? (int)(slash - library) : 0;
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        char path[sizeof file + 32];
        snprintf(path, sizeof path, "%.*s/%s", length, library, layouts[i].file);
        if (access(path, R_OK) != 0 || !dlopen(path, RTLD_LAZY | RTLD_GLOBAL)) continue;
        snprintf(path, sizeof path, "%.*s/%s", length, library, layouts[i].providers);
        setenv("FI_PROVIDER_PATH", path, 0);
        return;
    }
}

/// Takes a library into use. `text` gets the reason if that fails.
static int take(void *library, char *text) {
    const char *path = file_of(library);
    if (!path) {
        snprintf(text, CMPI_TEXT_CAPACITY, "it is no MPI library");
        return -1;
    }
    char version[CMPI_TEXT_CAPACITY] = "";
    describe(library, version);
    const struct cmpi_calls *found = calls_of(library, path, version);
    if (!found) {
        snprintf(text, CMPI_TEXT_CAPACITY, "its binary interface is neither that of MPICH, nor of Open MPI, nor of MPI 5");
        return -1;
    }
    // A profiler's wrappers come before the library in the whole process. Another MPI library may, too.
    void *all = dlsym(RTLD_DEFAULT, "PMPI_Initialized");
    const char *missing = found->bind(all == dlsym(library, "PMPI_Initialized") ? RTLD_DEFAULT : library);
    if (missing) {
        snprintf(text, CMPI_TEXT_CAPACITY, "it has no %s; MPI 3.0 or later is needed", missing);
        return -1;
    }
    snprintf(file, sizeof file, "%s", path);
    if (strstr(version, intel)) load_fabric_of(file);
    calls = found;
    return 0;
}

const char *cmpi_library_file(void) { return calls ? file : NULL; }

int cmpi_open(const char *name, char *text) {
    // Parts of MPI libraries find each other in the global scope.
    void *library = dlopen(name, RTLD_LAZY | RTLD_GLOBAL);
    if (!library) {
        snprintf(text, CMPI_TEXT_CAPACITY, "%s", dlerror());
        return -1;
    }
    if (take(library, text) == 0) return 0;
    dlclose(library);
    return -1;
}

/// The MPI libraries among the loaded images.
struct search {
    char found[8][sizeof file];
    int count;
};

static int note_library(struct dl_phdr_info *image, size_t size, void *data) {
    (void)size;
    struct search *search = data;
    const char *slash = strrchr(image->dlpi_name, '/');
    if (!slash || strncmp(slash + 1, "libmpi", 6) || search->count == 8) return 0;
    snprintf(search->found[search->count++], sizeof file, "%s", image->dlpi_name);
    return 0;
}

/// Calls `visit` for each MPI library that is loaded, until it returns 0. Libraries that wrap MPI, as those for Fortran
/// do, lead to the library that they wrap.
static int visit_loaded(int (*visit)(void *library, char *text), char *text) {
    struct search search = {.count = 0};
    dl_iterate_phdr(note_library, &search);
    int result = -1;
    for (int i = 0; i < search.count && result != 0; i++) {
        void *library = dlopen(search.found[i], RTLD_LAZY | RTLD_GLOBAL | RTLD_NOLOAD);
        if (library && file_of(library)) result = visit(library, text);
    }
    return result;
}

int cmpi_adopt(char *text) {
    text[0] = 0;
    const char *path = file_of(RTLD_DEFAULT);
    if (!path) return visit_loaded(take, text);
    void *library = dlopen(path, RTLD_LAZY | RTLD_GLOBAL | RTLD_NOLOAD);
    // A program may contain MPI itself.
    return take(library ? library : RTLD_DEFAULT, text);
}

static int differs(void *library, char *text) {
    const char *path = file_of(library);
    if (!strcmp(path, file)) return -1;
    snprintf(text, CMPI_TEXT_CAPACITY, "%s", path);
    return 0;
}

int cmpi_find_other(char *text) { return calls && visit_loaded(differs, text) == 0; }
