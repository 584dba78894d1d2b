// Error codes in words.

static int call_error_string(int code, char *text) {
    int length = 0;
    return mpi.Error_string(code, text, &length);
}

static int call_error_class(int code, int *error_class) { return mpi.Error_class(code, error_class); }

#define NAME(constant)                                                                                                 \
    case constant: return #constant

static const char *call_error_class_name(int error_class) {
    switch (error_class) {
        NAME(MPI_ERR_BUFFER);
        NAME(MPI_ERR_COUNT);
        NAME(MPI_ERR_TYPE);
        NAME(MPI_ERR_TAG);
        NAME(MPI_ERR_COMM);
        NAME(MPI_ERR_RANK);
        NAME(MPI_ERR_REQUEST);
        NAME(MPI_ERR_ROOT);
        NAME(MPI_ERR_GROUP);
        NAME(MPI_ERR_OP);
        NAME(MPI_ERR_TOPOLOGY);
        NAME(MPI_ERR_DIMS);
        NAME(MPI_ERR_ARG);
        NAME(MPI_ERR_UNKNOWN);
        NAME(MPI_ERR_TRUNCATE);
        NAME(MPI_ERR_OTHER);
        NAME(MPI_ERR_INTERN);
        NAME(MPI_ERR_PENDING);
        NAME(MPI_ERR_IN_STATUS);
        NAME(MPI_ERR_ACCESS);
        NAME(MPI_ERR_INFO);
        NAME(MPI_ERR_INFO_KEY);
        NAME(MPI_ERR_INFO_VALUE);
        NAME(MPI_ERR_KEYVAL);
        NAME(MPI_ERR_NAME);
        NAME(MPI_ERR_NO_MEM);
        NAME(MPI_ERR_PORT);
        NAME(MPI_ERR_SERVICE);
        NAME(MPI_ERR_SPAWN);
        NAME(MPI_ERR_UNSUPPORTED_OPERATION);
    default: return 0;
    }
}
