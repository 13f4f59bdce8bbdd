# Writes what the program says of its options to the end of a page of the manual.
# cmake -DPROGRAM=... -DPAGE=... -P write_options.cmake
cmake_minimum_required(VERSION 3.22)

set(heading "## All options\n")
file(READ ${PAGE} page)
string(FIND "${page}" "${heading}" at)
if(at EQUAL -1)
  message(FATAL_ERROR "${PAGE} has no heading \"## All options\".")
endif()
string(SUBSTRING "${page}" 0 ${at} page)
execute_process(COMMAND ${PROGRAM} help-document markdown OUTPUT_VARIABLE options COMMAND_ERROR_IS_FATAL ANY)
file(WRITE ${PAGE} "${page}${heading}${options}")
