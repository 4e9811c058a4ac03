# Fails, and names the first lines, when a source file is not laid out as .clang-format says.
#     clang-format -i FILE…        mends it
file(GLOB_RECURSE files ${ROOT}/app/*.h ${ROOT}/app/*.cpp ${ROOT}/ui/*.h ${ROOT}/ui/*.cpp ${ROOT}/model/*.h
     ${ROOT}/model/*.cpp ${ROOT}/proxy/*.h ${ROOT}/proxy/*.cpp ${ROOT}/resources/*.cpp ${ROOT}/tests/*.h ${ROOT}/tests/*.cpp)
execute_process(COMMAND ${PROGRAM} --dry-run -Werror --ferror-limit=20 ${files} RESULT_VARIABLE result ERROR_VARIABLE log)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "Not laid out as .clang-format says:\n${log}")
endif()
