# What `cmake --install` puts under one prefix, which may be moved afterwards: bin/sightline finds its libraries and its
# files from where it lies itself. LibTorch goes into a folder of its own, because systems have none or another one.
# packaging/README.md says how packages are made of the same files.

include(GNUInstallDirs)
set(SIGHTLINE_PRIVATE_LIB lib/sightline)
set(SIGHTLINE_CONTACT "The Sightline developers <sightline@example.org>" CACHE STRING "Maintainer that packages name")
set(SIGHTLINE_HOMEPAGE "" CACHE STRING "Address of the project's page; software centres show it, and its pictures")

set_target_properties(sightline PROPERTIES INSTALL_RPATH "$ORIGIN/../${SIGHTLINE_PRIVATE_LIB}")
# The old kind of tag, which serves the libraries' own libraries as well: those of self-contained trees.
target_link_options(sightline PRIVATE LINKER:--disable-new-dtags)
install(TARGETS sightline RUNTIME DESTINATION bin)
set_target_properties(sightline_opencv sightline_torch PROPERTIES INSTALL_RPATH "$ORIGIN")
install(TARGETS sightline_opencv sightline_torch LIBRARY DESTINATION ${SIGHTLINE_PRIVATE_LIB})

# libtorch_cpu names libgomp; two CUDA libraries that the standard wheel's names as well are stood for.
file(GLOB SIGHTLINE_TORCH_FILES ${LibTorch_ROOT}/lib/libtorch_cpu.so ${LibTorch_ROOT}/lib/libc10.so ${LibTorch_ROOT}/lib/libgomp*.so*)
install(FILES ${SIGHTLINE_TORCH_FILES} DESTINATION ${SIGHTLINE_PRIVATE_LIB}
        PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
# Symbols that only debuggers read: 437 MB become 344.
install(CODE "
  set(folder \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${SIGHTLINE_PRIVATE_LIB}\")
  find_program(STRIP_PROGRAM strip)
  if(STRIP_PROGRAM)
    file(GLOB libraries \"\${folder}/*.so*\")
    execute_process(COMMAND \${STRIP_PROGRAM} --strip-unneeded --remove-section=.comment --remove-section=.note \${libraries})
  endif()
  execute_process(COMMAND \"${CMAKE_COMMAND}\" -DLIBRARY=${LibTorch_CPU_LIBRARY} -DCOMPILER=${CMAKE_CXX_COMPILER} -DFOLDER=\${folder}
                          -P \"${CMAKE_SOURCE_DIR}/packaging/cmake/cuda_stubs.cmake\" COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND \"${CMAKE_COMMAND}\" -DPROGRAM=$<TARGET_FILE:sightline> -DPREFIX=\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}
                          -DVERSION=${PROJECT_VERSION} \"-DCONTACT=${SIGHTLINE_CONTACT}\" -DCHANGELOG=${CMAKE_SOURCE_DIR}/CHANGELOG.md
                          -P \"${CMAKE_SOURCE_DIR}/packaging/cmake/install_documents.cmake\" COMMAND_ERROR_IS_FATAL ANY)")

file(GLOB SIGHTLINE_BUNDLES ${CMAKE_SOURCE_DIR}/models/sightline-*.pt)
install(FILES ${SIGHTLINE_BUNDLES} models/MODEL_CARD.md DESTINATION share/sightline/models)
install(FILES resources/sample.mp4 resources/silero_vad.jit resources/LICENCES.md DESTINATION share/sightline/resources)
file(GLOB SIGHTLINE_TORCH_LICENCES ${LibTorch_ROOT}/licences/*)
install(FILES packaging/copyright DESTINATION share/doc/sightline)
install(FILES ${SIGHTLINE_TORCH_LICENCES} DESTINATION share/doc/sightline/libtorch)

set(SIGHTLINE_APP_ID io.sightline.Sightline)
install(FILES packaging/${SIGHTLINE_APP_ID}.desktop DESTINATION share/applications)
install(FILES packaging/${SIGHTLINE_APP_ID}.xml DESTINATION share/mime/packages)
install(FILES packaging/icons/${SIGHTLINE_APP_ID}.svg DESTINATION share/icons/hicolor/scalable/apps)
foreach(size 16 24 32 48 64 128 256)
  install(FILES packaging/icons/${size}.png DESTINATION share/icons/hicolor/${size}x${size}/apps RENAME ${SIGHTLINE_APP_ID}.png)
endforeach()
if(SIGHTLINE_HOMEPAGE)
  set(SIGHTLINE_WEB_LINKS "<url type=\"homepage\">${SIGHTLINE_HOMEPAGE}</url>
  <screenshots>
    <screenshot type=\"default\">
      <caption>A video with its captions</caption>
      <image>${SIGHTLINE_HOMEPAGE}/resources/screenshot.png</image>
    </screenshot>
    <screenshot>
      <caption>Captions of what happens now</caption>
      <image>${SIGHTLINE_HOMEPAGE}/resources/screenshot_live.png</image>
    </screenshot>
    <screenshot>
      <caption>Which CPU settings are best</caption>
      <image>${SIGHTLINE_HOMEPAGE}/resources/screenshot_lab.png</image>
    </screenshot>
  </screenshots>")
endif()
configure_file(packaging/metainfo.xml.in ${CMAKE_BINARY_DIR}/${SIGHTLINE_APP_ID}.metainfo.xml @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/${SIGHTLINE_APP_ID}.metainfo.xml DESTINATION share/metainfo)

set(CPACK_PACKAGE_NAME sightline)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "${SIGHTLINE_CONTACT}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "captions what a camera or a video shows")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Sightline watches a camera or a video and says, live and on an ordinary CPU,\nwhat is seen: captions as descriptions, not speech. It keeps them, lets them\nbe edited and exports them as subtitles and data.")
set(CPACK_DEBIAN_PACKAGE_SECTION video)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS
    "hunspell-en-us, fonts-dejavu-core, qt6-wayland, qt6-translations-l10n, gstreamer1.0-plugins-base, gstreamer1.0-plugins-good, libheif-plugin-libde265 | libheif1 (<< 1.16), libheif-plugin-dav1d | libheif1 (<< 1.16)")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_SOURCE_DIR}/packaging/cmake/debian_depends.cmake)
set(CPACK_SIGHTLINE_BUILD ${CMAKE_BINARY_DIR})
set(CPACK_SIGHTLINE_COMPILER ${CMAKE_CXX_COMPILER})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 0)
include(CPack)
