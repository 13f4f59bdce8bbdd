# Writes libraries that stand for the CUDA runtime and its profiler, which the standard wheel's libtorch_cpu names though
# it works without: cmake -DLIBRARY=libtorch_cpu.so -DCOMPILER=c++ -DFOLDER=... -P cuda_stubs.cmake
#
# Only what libtorch_cpu asks for is there, under the version that it asks for. Every call says that there is no device,
# as the real libraries do on a machine without one. They are 15 kB instead of 8 MB, and not NVIDIA's. Nothing is
# written for a LibTorch that names neither.
cmake_minimum_required(VERSION 3.22)

execute_process(COMMAND readelf --dyn-syms --wide ${LIBRARY} OUTPUT_VARIABLE symbols RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "readelf cannot read ${LIBRARY}.")
endif()
foreach(name cudart cupti)
  string(REGEX MATCHALL "UND [A-Za-z0-9_]+@lib${name}\\.so\\.[0-9]+" asked "${symbols}")
  if(NOT asked)
    continue()
  endif()
  string(REGEX REPLACE ".*@(lib${name}\\.so\\.[0-9]+).*" "\\1" soname "${asked}")
  if(name STREQUAL cudart)
    set(no_device 100)  # cudaErrorNoDevice
  else()
    set(no_device 15)  # CUPTI_ERROR_NOT_INITIALIZED
  endif()
  set(source "// Made by packaging/cmake/cuda_stubs.cmake.\n")
  foreach(symbol IN LISTS asked)
    string(REGEX REPLACE "UND ([A-Za-z0-9_]+)@.*" "\\1" function "${symbol}")
    if(function STREQUAL cudaGetErrorString)
      string(APPEND source "extern \"C\" const char* ${function}(int) { return \"no CUDA device\"; }\n")
    elseif(function STREQUAL cuptiGetResultString)
      string(APPEND source "extern \"C\" int ${function}(int, const char** text) { *text = \"no CUDA device\"; return 0; }\n")
    elseif(function MATCHES "^(cudaGetDeviceCount|cuptiGetVersion|cudaRuntimeGetVersion|cudaDriverGetVersion)$")
      string(APPEND source "extern \"C\" int ${function}(int* number) { *number = 0; return ${no_device}; }\n")
    else()
      string(APPEND source "extern \"C\" int ${function}() { return ${no_device}; }\n")
    endif()
  endforeach()
  file(WRITE ${FOLDER}/${soname}.cpp "${source}")
  file(WRITE ${FOLDER}/${soname}.map "${soname} { global: *; };\n")
  execute_process(
    COMMAND ${COMPILER} -shared -fPIC -O1 -s -nostdlib -Wl,-soname,${soname} -Wl,--version-script,${FOLDER}/${soname}.map
            -o ${FOLDER}/${soname} ${FOLDER}/${soname}.cpp
    RESULT_VARIABLE failed)
  file(REMOVE ${FOLDER}/${soname}.cpp ${FOLDER}/${soname}.map)
  if(failed)
    message(FATAL_ERROR "${soname} cannot be made.")
  endif()
  file(CHMOD ${FOLDER}/${soname} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
endforeach()
