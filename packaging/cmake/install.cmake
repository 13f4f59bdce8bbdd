# What `cmake --install` puts under one prefix, which may be moved afterwards: bin/sightline finds its libraries and its
# files from where it lies itself. LibTorch goes into a folder of its own, because systems have none or another one.
# `cpack -G TGZ` and `cpack -G DEB` in the build folder make packages of the same files.

include(GNUInstallDirs)
set(SIGHTLINE_PRIVATE_LIB lib/sightline)

set_target_properties(sightline PROPERTIES INSTALL_RPATH "$ORIGIN/../${SIGHTLINE_PRIVATE_LIB}")
install(TARGETS sightline RUNTIME DESTINATION bin)

# libtorch_cpu names libgomp and, in the standard wheel, two CUDA libraries; none of them needs a GPU.
file(GLOB SIGHTLINE_TORCH_FILES ${LibTorch_ROOT}/lib/libtorch_cpu.so ${LibTorch_ROOT}/lib/libc10.so
     ${LibTorch_ROOT}/lib/libgomp*.so* ${LibTorch_ROOT}/lib/libcudart.so.* ${LibTorch_ROOT}/lib/libcupti.so.*)
install(FILES ${SIGHTLINE_TORCH_FILES} DESTINATION ${SIGHTLINE_PRIVATE_LIB}
        PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
# Symbols that only debuggers read: 437 MB become 344.
install(CODE "
  find_program(STRIP_PROGRAM strip)
  if(STRIP_PROGRAM)
    execute_process(COMMAND \${STRIP_PROGRAM} --strip-unneeded
                            \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${SIGHTLINE_PRIVATE_LIB}/libtorch_cpu.so\")
  endif()")

file(GLOB SIGHTLINE_BUNDLES ${CMAKE_SOURCE_DIR}/models/sightline-*.pt)
install(FILES ${SIGHTLINE_BUNDLES} models/MODEL_CARD.md DESTINATION share/sightline/models)
install(FILES resources/sample.mp4 resources/LICENCES.md DESTINATION share/sightline/resources)
file(GLOB SIGHTLINE_TORCH_LICENCES ${LibTorch_ROOT}/licences/*)
install(FILES LICENSE DESTINATION share/doc/sightline RENAME copyright)
install(FILES ${SIGHTLINE_TORCH_LICENCES} DESTINATION share/doc/sightline/libtorch)
install(FILES packaging/sightline.desktop DESTINATION share/applications)
install(FILES packaging/sightline.xml DESTINATION share/mime/packages)
install(FILES packaging/sightline.svg DESTINATION share/icons/hicolor/scalable/apps)

set(CPACK_PACKAGE_NAME sightline)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "The Sightline developers <sightline@localhost.localdomain>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "captions what a camera or a video shows")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Sightline watches a camera or a video and says, live and on an ordinary CPU, what is seen:\ncaptions as descriptions, not speech. It keeps them, lets them be edited and exports them.")
set(CPACK_DEBIAN_PACKAGE_SECTION video)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${LibTorch_ROOT}/lib)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "hunspell-en-us, fonts-dejavu-core")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 0)
include(CPack)
