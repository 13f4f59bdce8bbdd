# CPack includes this before it makes a package. Which packages the program depends on is what dpkg-shlibdeps says of
# the program and its own libraries alone: over LibTorch, whose 100,000 symbols it would compare, it takes ten minutes to learn that libc,
# libgcc and libstdc++ of 2018 suffice. LibTorch's libraries are private, so empty ones stand for them here.
if(CPACK_GENERATOR STREQUAL "DEB")
  set(scratch ${CPACK_SIGHTLINE_BUILD}/debian_depends)
  file(REMOVE_RECURSE ${scratch})
  file(MAKE_DIRECTORY ${scratch}/debian ${scratch}/private)
  file(WRITE ${scratch}/debian/control "")
  file(WRITE ${scratch}/empty.cpp "")
  foreach(library libtorch_cpu.so libc10.so)
    execute_process(COMMAND ${CPACK_SIGHTLINE_COMPILER} -shared -nostdlib -Wl,-soname,${library}
                            -o ${scratch}/private/${library} ${scratch}/empty.cpp COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  find_program(SHLIBDEPS dpkg-shlibdeps)
  if(NOT SHLIBDEPS)
    message(FATAL_ERROR "dpkg-shlibdeps is not there; it is in the package dpkg-dev.")
  endif()
  execute_process(COMMAND ${SHLIBDEPS} -l${scratch}/private --ignore-missing-info -O ${CPACK_SIGHTLINE_BUILD}/bin/sightline
                          ${CPACK_SIGHTLINE_BUILD}/core/opencv/libsightline_opencv.so
                          ${CPACK_SIGHTLINE_BUILD}/core/torch/libsightline_torch.so
                  WORKING_DIRECTORY ${scratch} OUTPUT_VARIABLE depends ERROR_VARIABLE told RESULT_VARIABLE failed)
  if(failed OR NOT depends MATCHES "shlibs:Depends=([^\n]+)")
    message(FATAL_ERROR "dpkg-shlibdeps: ${told}")
  endif()
  # The window's tooltips and file dialogs speak the user's language by Qt's own translations.
  set(CPACK_DEBIAN_PACKAGE_DEPENDS "${CMAKE_MATCH_1}")
endif()
