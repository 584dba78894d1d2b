// Communicators: questions, making, freeing.

static cmpi_comm call_comm_world(void) { return (cmpi_comm)MPI_COMM_WORLD; }

static cmpi_comm call_comm_self(void) { return (cmpi_comm)MPI_COMM_SELF; }

static cmpi_comm call_comm_null(void) { return (cmpi_comm)MPI_COMM_NULL; }

static cmpi_comm call_comm_f2c(int32_t fortran_handle) { return (cmpi_comm)comm_from_fortran(fortran_handle); }

static int32_t call_comm_c2f(cmpi_comm comm) { return fortran_from_comm(comm_of(comm)); }

static int call_comm_rank(cmpi_comm comm, int *rank) { return mpi.Comm_rank(comm_of(comm), rank); }

static int call_comm_size(cmpi_comm comm, int *size) { return mpi.Comm_size(comm_of(comm), size); }

static int call_comm_remote_size(cmpi_comm comm, int *size) {
    int is_inter = 0;
    int code = mpi.Comm_test_inter(comm_of(comm), &is_inter);
    if (code != MPI_SUCCESS) return code;
    if (!is_inter) return MPI_ERR_COMM;
    return mpi.Comm_remote_size(comm_of(comm), size);
}

static int call_comm_test_inter(cmpi_comm comm, int *flag) { return mpi.Comm_test_inter(comm_of(comm), flag); }

static int call_comm_set_errhandler_return(cmpi_comm comm) {
    return mpi.Comm_set_errhandler(comm_of(comm), MPI_ERRORS_RETURN);
}

static int call_comm_dup(cmpi_comm comm, cmpi_comm *copy) {
    // MPI_Comm_dup keeps its core while it waits. With more processes than cores the awaited process needs that core.
    // With 17 processes on 2 cores this loop takes 10 ms, and a split takes 300 ms.
    MPI_Comm made = MPI_COMM_NULL;
    MPI_Request request = MPI_REQUEST_NULL;
    int code = mpi.Comm_idup(comm_of(comm), &made, &request);
    for (int done = 0, yields = 100; code == MPI_SUCCESS && !done; yields--) {
        code = mpi.Test(&request, &done, MPI_STATUS_IGNORE);
        if (done) break;
        // The loop waits like `Request.wait` in Swift.
        if (yields > 0) sched_yield(); else usleep(50);
    }
    *copy = (cmpi_comm)made;
    return code;
}

static int call_comm_without(cmpi_comm comm, int rank, int tag, cmpi_comm *part) {
    MPI_Group all = MPI_GROUP_NULL, others = MPI_GROUP_NULL;
    MPI_Comm made = MPI_COMM_NULL;
    int code = mpi.Comm_group(comm_of(comm), &all);
    if (code == MPI_SUCCESS) code = mpi.Group_excl(all, 1, &rank, &others);
    if (code == MPI_SUCCESS) code = mpi.Comm_create_group(comm_of(comm), others, tag, &made);
    if (others != MPI_GROUP_NULL) mpi.Group_free(&others);
    if (all != MPI_GROUP_NULL) mpi.Group_free(&all);
    *part = (cmpi_comm)made;
    return code;
}

static int call_comm_split(cmpi_comm comm, int color, int key, cmpi_comm *part) {
    MPI_Comm made = MPI_COMM_NULL;
    int code = mpi.Comm_split(comm_of(comm), color == CMPI_UNDEFINED ? MPI_UNDEFINED : color, key, &made);
    *part = (cmpi_comm)made;
    return code;
}

static int call_intercomm_create(cmpi_comm local, int local_leader, cmpi_comm peer, int remote_leader, int tag,
                          cmpi_comm *inter) {
    MPI_Comm made = MPI_COMM_NULL;
    int code = mpi.Intercomm_create(comm_of(local), local_leader, comm_of(peer), remote_leader, tag, &made);
    *inter = (cmpi_comm)made;
    return code;
}

static int call_comm_free(cmpi_comm comm) {
    MPI_Comm freed = comm_of(comm);
    return mpi.Comm_free(&freed);
}

static int call_comm_get_parent(cmpi_comm *parent) {
    MPI_Comm found = MPI_COMM_NULL;
    int code = mpi.Comm_get_parent(&found);
    *parent = (cmpi_comm)found;
    return code;
}

static int call_comm_disconnect(cmpi_comm comm) {
    MPI_Comm left = comm_of(comm);
    return mpi.Comm_disconnect(&left);
}

static int call_comm_spawn(const char *command, char *const arguments[], int count, const char *const keys[],
                    const char *const values[], int key_count, cmpi_comm *inter) {
    MPI_Info info = MPI_INFO_NULL;
    MPI_Comm made = MPI_COMM_NULL;
    int code = mpi.Info_create(&info);
    for (int i = 0; i < key_count && code == MPI_SUCCESS; i++) code = mpi.Info_set(info, keys[i], values[i]);
    if (code == MPI_SUCCESS) {
        // The prototype lacks const, but MPI does not change the arguments.
        code = mpi.Comm_spawn(command, (char **)arguments, count, info, 0, MPI_COMM_SELF, &made, MPI_ERRCODES_IGNORE);
    }
    if (info != MPI_INFO_NULL) mpi.Info_free(&info);
    *inter = (cmpi_comm)made;
    return code;
}
