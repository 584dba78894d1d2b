// Starting, ending and questions about the MPI environment.

// The standard orders MPI's four levels but does not say which numbers they are.

static int level_of(int mpi_level) {
    if (mpi_level >= MPI_THREAD_MULTIPLE) return CMPI_THREAD_MULTIPLE;
    if (mpi_level >= MPI_THREAD_SERIALIZED) return CMPI_THREAD_SERIALIZED;
    if (mpi_level >= MPI_THREAD_FUNNELED) return CMPI_THREAD_FUNNELED;
    return CMPI_THREAD_SINGLE;
}

static int mpi_level_of(int level) {
    switch (level) {
    case CMPI_THREAD_SINGLE: return MPI_THREAD_SINGLE;
    case CMPI_THREAD_FUNNELED: return MPI_THREAD_FUNNELED;
    case CMPI_THREAD_SERIALIZED: return MPI_THREAD_SERIALIZED;
    default: return MPI_THREAD_MULTIPLE;
    }
}

static int call_init_thread(int requested, int *provided) {
    int mpi_level = MPI_THREAD_SINGLE;
    int code = mpi.Init_thread(NULL, NULL, mpi_level_of(requested), &mpi_level);
    *provided = level_of(mpi_level);
    return code;
}

static int call_query_thread(int *provided) {
    int mpi_level = MPI_THREAD_SINGLE;
    int code = mpi.Query_thread(&mpi_level);
    *provided = level_of(mpi_level);
    return code;
}

static int call_initialized(int *flag) { return mpi.Initialized(flag); }

static int call_finalized(int *flag) { return mpi.Finalized(flag); }

static void (*finalize_observer)(void);

static int copy_no_attribute(MPI_Comm comm, int keyval, void *extra, void *value, void *copy, int *flag) {
    (void)comm, (void)keyval, (void)extra, (void)value, (void)copy;
    *flag = 0;
    return MPI_SUCCESS;
}

static int observe_finalize(MPI_Comm comm, int keyval, void *value, void *extra) {
    (void)comm, (void)keyval, (void)value, (void)extra;
    finalize_observer();
    return MPI_SUCCESS;
}

static int call_observe_finalize(void (*observer)(void)) {
    finalize_observer = observer;
    int keyval = MPI_KEYVAL_INVALID;
    int code = mpi.Comm_create_keyval(copy_no_attribute, observe_finalize, &keyval, NULL);
    return code == MPI_SUCCESS ? mpi.Comm_set_attr(MPI_COMM_SELF, keyval, NULL) : code;
}

static int call_finalize(void) { return mpi.Finalize(); }

static int call_abort(int code) { return mpi.Abort(MPI_COMM_WORLD, code); }

static int call_get_library_version(char *text) {
    int length = 0;
    return mpi.Get_library_version(text, &length);
}

static int call_universe_size(int *size) {
    *size = -1;
    if (!MAY_ASK_FOR_UNIVERSE) return MPI_SUCCESS;
    int *value = NULL;
    int flag = 0;
    int code = mpi.Comm_get_attr(MPI_COMM_WORLD, MPI_UNIVERSE_SIZE, &value, &flag);
    if (code == MPI_SUCCESS && flag && value) *size = *value;
    return code;
}
