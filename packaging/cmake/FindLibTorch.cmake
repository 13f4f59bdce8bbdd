# Finds the CPU part of LibTorch and defines LibTorch::Libraries and LibTorch::Headers: apart, because the headers bring
# a version of fmt of their own that must not reach files that use the system's.
#
# find_package(Torch) of a standard wheel asks for a CUDA toolkit; libtorch_cpu and libc10 are all Sightline links.
# LIBTORCH_ROOT, Torch_DIR or CMAKE_PREFIX_PATH name an installed LibTorch; otherwise packaging/get_libtorch.py fetches
# one into the user's cache folder.

set(_libtorch_hints ${LIBTORCH_ROOT})
if(Torch_DIR)
  list(APPEND _libtorch_hints ${Torch_DIR}/../../..)
endif()
list(APPEND _libtorch_hints ${CMAKE_PREFIX_PATH})

find_path(LibTorch_INCLUDE_DIR torch/script.h HINTS ${_libtorch_hints} PATH_SUFFIXES include NO_DEFAULT_PATH)
if(NOT LibTorch_INCLUDE_DIR)
  find_program(LibTorch_PYTHON NAMES python3 REQUIRED)
  execute_process(
    COMMAND ${LibTorch_PYTHON} ${CMAKE_SOURCE_DIR}/packaging/get_libtorch.py
    OUTPUT_VARIABLE _libtorch_root OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE _libtorch_result)
  if(NOT _libtorch_result EQUAL 0)
    message(FATAL_ERROR "packaging/get_libtorch.py could not fetch LibTorch. Set LIBTORCH_ROOT to an installed one.")
  endif()
  unset(LibTorch_INCLUDE_DIR CACHE)
  find_path(LibTorch_INCLUDE_DIR torch/script.h HINTS ${_libtorch_root}/include NO_DEFAULT_PATH)
endif()

cmake_path(GET LibTorch_INCLUDE_DIR PARENT_PATH LibTorch_ROOT)
set(_libtorch_lib ${LibTorch_ROOT}/lib)
find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS ${_libtorch_lib} NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 HINTS ${_libtorch_lib} NO_DEFAULT_PATH)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR)

if(LibTorch_FOUND AND NOT TARGET LibTorch::Libraries)
  add_library(LibTorch::Libraries INTERFACE IMPORTED)
  target_link_libraries(LibTorch::Libraries INTERFACE ${LibTorch_CPU_LIBRARY} ${LibTorch_C10_LIBRARY})
  # libtorch_cpu names the CUDA runtime libraries beside it; the linker must look there and not complain.
  target_link_options(LibTorch::Libraries INTERFACE -Wl,-rpath-link,${_libtorch_lib} -Wl,-rpath,${_libtorch_lib}
                                                    -Wl,--disable-new-dtags)
  add_library(LibTorch::Headers INTERFACE IMPORTED)
  target_include_directories(LibTorch::Headers SYSTEM INTERFACE
    ${LibTorch_INCLUDE_DIR} ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include)
endif()
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_PYTHON)
