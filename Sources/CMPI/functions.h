// The functions of MPI that this project calls: the type of the result, the name without "MPI_", the parameters.
#define MPI_FUNCTIONS(FUNCTION)                                                                                        \
    FUNCTION(int, Abort, (MPI_Comm, int))                                                                              \
    FUNCTION(int, Comm_create_group, (MPI_Comm, MPI_Group, int, MPI_Comm *))                                           \
    FUNCTION(int, Comm_create_keyval,                                                                                  \
             (int (*)(MPI_Comm, int, void *, void *, void *, int *), int (*)(MPI_Comm, int, void *, void *), int *,    \
              void *))                                                                                                 \
    FUNCTION(int, Comm_disconnect, (MPI_Comm *))                                                                       \
    FUNCTION(int, Comm_free, (MPI_Comm *))                                                                             \
    FUNCTION(int, Comm_get_attr, (MPI_Comm, int, void *, int *))                                                       \
    FUNCTION(int, Comm_get_parent, (MPI_Comm *))                                                                       \
    FUNCTION(int, Comm_group, (MPI_Comm, MPI_Group *))                                                                 \
    FUNCTION(int, Comm_idup, (MPI_Comm, MPI_Comm *, MPI_Request *))                                                    \
    FUNCTION(int, Comm_rank, (MPI_Comm, int *))                                                                        \
    FUNCTION(int, Comm_remote_size, (MPI_Comm, int *))                                                                 \
    FUNCTION(int, Comm_set_attr, (MPI_Comm, int, void *))                                                              \
    FUNCTION(int, Comm_set_errhandler, (MPI_Comm, MPI_Errhandler))                                                     \
    FUNCTION(int, Comm_size, (MPI_Comm, int *))                                                                        \
    FUNCTION(int, Comm_spawn,                                                                                          \
             (const char *, char **, int, MPI_Info, int, MPI_Comm, MPI_Comm *, int *))                                 \
    FUNCTION(int, Comm_split, (MPI_Comm, int, int, MPI_Comm *))                                                        \
    FUNCTION(int, Comm_test_inter, (MPI_Comm, int *))                                                                  \
    FUNCTION(int, Error_class, (int, int *))                                                                           \
    FUNCTION(int, Error_string, (int, char *, int *))                                                                  \
    FUNCTION(int, Finalize, (void))                                                                                    \
    FUNCTION(int, Finalized, (int *))                                                                                  \
    FUNCTION(int, Get_library_version, (char *, int *))                                                                \
    FUNCTION(int, Group_excl, (MPI_Group, int, const int *, MPI_Group *))                                              \
    FUNCTION(int, Group_free, (MPI_Group *))                                                                           \
    FUNCTION(int, Ibarrier, (MPI_Comm, MPI_Request *))                                                                 \
    FUNCTION(int, Ibcast, (void *, int, MPI_Datatype, int, MPI_Comm, MPI_Request *))                                   \
    FUNCTION(int, Igather,                                                                                             \
             (const void *, int, MPI_Datatype, void *, int, MPI_Datatype, int, MPI_Comm, MPI_Request *))               \
    FUNCTION(int, Improbe, (int, int, MPI_Comm, int *, MPI_Message *, MPI_Status *))                                   \
    FUNCTION(int, Imrecv, (void *, int, MPI_Datatype, MPI_Message *, MPI_Request *))                                   \
    FUNCTION(int, Info_create, (MPI_Info *))                                                                           \
    FUNCTION(int, Info_free, (MPI_Info *))                                                                             \
    FUNCTION(int, Info_set, (MPI_Info, const char *, const char *))                                                    \
    FUNCTION(int, Init_thread, (int *, char ***, int, int *))                                                          \
    FUNCTION(int, Initialized, (int *))                                                                                \
    FUNCTION(int, Intercomm_create, (MPI_Comm, int, MPI_Comm, int, int, MPI_Comm *))                                   \
    FUNCTION(int, Isend, (const void *, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request *))                         \
    FUNCTION(int, Query_thread, (int *))                                                                               \
    FUNCTION(int, Test, (MPI_Request *, int *, MPI_Status *))

// Functions that some libraries lack. Their pointers are NULL then. A library has one of the last two.
#define MPI_OPTIONAL_FUNCTIONS(FUNCTION)                                                                               \
    FUNCTION(int, Isend_c, (const void *, MPI_Count, MPI_Datatype, int, int, MPI_Comm, MPI_Request *))                 \
    FUNCTION(int, Imrecv_c, (void *, MPI_Count, MPI_Datatype, MPI_Message *, MPI_Request *))                           \
    FUNCTION(int, Get_count_c, (const MPI_Status *, MPI_Datatype, MPI_Count *))                                        \
    FUNCTION(int, Get_elements_x, (const MPI_Status *, MPI_Datatype, MPI_Count *))
