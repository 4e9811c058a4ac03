# Runs a fuzz target for FUZZ_SECONDS (environment; 5 when unset) over its seeds.
set(seconds 5)
if(DEFINED ENV{FUZZ_SECONDS})
    set(seconds $ENV{FUZZ_SECONDS})
endif()
file(MAKE_DIRECTORY ${WORK})
execute_process(COMMAND ${PROGRAM} -max_total_time=${seconds} -timeout=20 -rss_limit_mb=3000 -max_len=8192 -print_final_stats=1
                        -artifact_prefix=${WORK}/ ${WORK} ${SEEDS}
                RESULT_VARIABLE result ERROR_VARIABLE log)
string(REGEX MATCHALL "stat::[^\n]*|SUMMARY[^\n]*" lines "${log}")
message("${lines}")
if(NOT result EQUAL 0)
    message(FATAL_ERROR "the fuzz target failed (${result}):\n${log}")
endif()
