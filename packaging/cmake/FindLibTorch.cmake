# Finds the CPU part of LibTorch and defines LibTorch::Libraries and LibTorch::Headers: apart, because the headers bring
# a version of fmt of their own that must not reach files that use the system's.
#
# find_package(Torch) of a standard wheel asks for a CUDA toolkit; libtorch_cpu and libc10 are all Sightline links.
# LIBTORCH_ROOT (a CMake variable or one of the environment), Torch_DIR or CMAKE_PREFIX_PATH name an installed LibTorch;
# otherwise packaging/get_libtorch.py fetches one into the user's cache folder. Only versions whose captions were compared
# token for token are taken without a warning.

set(LibTorch_TESTED_VERSIONS 2.9.1)
set(LibTorch_OLDEST_VERSION 2.7.0)  # older ones have the C++ ABI of before C++11, or lack members that are used

if(NOT LIBTORCH_ROOT AND DEFINED ENV{LIBTORCH_ROOT})
  set(LIBTORCH_ROOT $ENV{LIBTORCH_ROOT})
endif()
set(_libtorch_hints ${LIBTORCH_ROOT})
if(LIBTORCH_ROOT AND NOT EXISTS ${LIBTORCH_ROOT}/include/torch/script.h)
  message(FATAL_ERROR "LIBTORCH_ROOT is ${LIBTORCH_ROOT}, which does not hold LibTorch: there is no include/torch/script.h. "
                      "Set it to the folder with LibTorch's include and lib, or unset it to download LibTorch.")
endif()
# One found earlier that is not the one named now, or is gone, is looked for again.
if(LibTorch_INCLUDE_DIR AND (NOT EXISTS ${LibTorch_INCLUDE_DIR}/torch/script.h
                             OR (LIBTORCH_ROOT AND NOT LibTorch_INCLUDE_DIR STREQUAL "${LIBTORCH_ROOT}/include")))
  unset(LibTorch_INCLUDE_DIR CACHE)
  unset(LibTorch_CPU_LIBRARY CACHE)
  unset(LibTorch_C10_LIBRARY CACHE)
endif()
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
    message(FATAL_ERROR "LibTorch could not be downloaded; the lines above say why. Check the network and try again, or "
                        "set LIBTORCH_ROOT to the folder of an installed LibTorch ${LibTorch_TESTED_VERSIONS}.")
  endif()
  unset(LibTorch_INCLUDE_DIR CACHE)
  find_path(LibTorch_INCLUDE_DIR torch/script.h HINTS ${_libtorch_root}/include NO_DEFAULT_PATH)
endif()

cmake_path(GET LibTorch_INCLUDE_DIR PARENT_PATH LibTorch_ROOT)
set(_libtorch_lib ${LibTorch_ROOT}/lib)
find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS ${_libtorch_lib} NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 HINTS ${_libtorch_lib} NO_DEFAULT_PATH)

set(LibTorch_VERSION "")
foreach(_header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
  if(NOT LibTorch_VERSION AND EXISTS ${LibTorch_INCLUDE_DIR}/${_header})
    file(STRINGS ${LibTorch_INCLUDE_DIR}/${_header} _libtorch_numbers REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) +[0-9]+")
    string(REGEX MATCHALL "[0-9]+" _libtorch_numbers "${_libtorch_numbers}")
    list(JOIN _libtorch_numbers "." LibTorch_VERSION)
  endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  LibTorch
  REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION)

if(LibTorch_FOUND AND NOT "${LibTorch_CHECKED}" STREQUAL "${LibTorch_CPU_LIBRARY} ${LibTorch_VERSION}")
  set(_libtorch_advice "Unset LIBTORCH_ROOT to download ${LibTorch_TESTED_VERSIONS}, or set it to another LibTorch.")
  if(LibTorch_VERSION VERSION_LESS LibTorch_OLDEST_VERSION)
    message(FATAL_ERROR "${LibTorch_ROOT} holds LibTorch ${LibTorch_VERSION}; Sightline needs ${LibTorch_OLDEST_VERSION} or later. "
                        "${_libtorch_advice}")
  endif()
  if(NOT LibTorch_VERSION IN_LIST LibTorch_TESTED_VERSIONS)
    message(WARNING "LibTorch ${LibTorch_VERSION} was not tested with Sightline (${LibTorch_TESTED_VERSIONS} was): its captions may differ.")
  endif()
  # int8 networks run in FBGEMM on x86-64; distributions build LibTorch without it, which only a run would tell.
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    execute_process(COMMAND grep -qaF _ZN6fbgemm ${LibTorch_CPU_LIBRARY} RESULT_VARIABLE _libtorch_no_fbgemm)
    if(_libtorch_no_fbgemm EQUAL 1)
      message(FATAL_ERROR "${LibTorch_CPU_LIBRARY} was built without FBGEMM, so it cannot run int8 models. ${_libtorch_advice}")
    endif()
  endif()
  set(LibTorch_CHECKED "${LibTorch_CPU_LIBRARY} ${LibTorch_VERSION}" CACHE INTERNAL "The LibTorch whose version and engines were looked at")
endif()

if(LibTorch_FOUND AND NOT TARGET LibTorch::Libraries)
  add_library(LibTorch::Libraries INTERFACE IMPORTED)
  target_link_libraries(LibTorch::Libraries INTERFACE ${LibTorch_CPU_LIBRARY} ${LibTorch_C10_LIBRARY})
  # libtorch_cpu names the CUDA runtime libraries beside it; the linker must look there and not complain. Where the program
  # looks is CMake's own rpath, which installing replaces; the old kind of tag serves libtorch_cpu's libraries as well.
  target_link_options(LibTorch::Libraries INTERFACE -Wl,-rpath-link,${_libtorch_lib} -Wl,--disable-new-dtags)
  add_library(LibTorch::Headers INTERFACE IMPORTED)
  target_include_directories(LibTorch::Headers SYSTEM INTERFACE
    ${LibTorch_INCLUDE_DIR} ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include)
endif()
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_PYTHON)
