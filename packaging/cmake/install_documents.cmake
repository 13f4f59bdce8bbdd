# Installs what the program says about itself: man page, completions, and the changelogs where Debian looks for them.
# cmake -DPROGRAM=... -DPREFIX=... -DVERSION=... -DCONTACT=... -DCHANGELOG=... -P install_documents.cmake
cmake_minimum_required(VERSION 3.22)

foreach(document "man:share/man/man1/sightline.1" "bash:share/bash-completion/completions/sightline"
                 "zsh:share/zsh/vendor-completions/_sightline" "fish:share/fish/vendor_completions.d/sightline.fish")
  string(REPLACE ":" ";" pair ${document})
  list(GET pair 0 kind)
  list(GET pair 1 file)
  get_filename_component(folder ${PREFIX}/${file} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  execute_process(COMMAND ${PROGRAM} help-document ${kind} OUTPUT_FILE ${PREFIX}/${file} COMMAND_ERROR_IS_FATAL ANY)
endforeach()

# The newest entry's date: "## 0.1.0 (2026-11-29)".
file(STRINGS ${CHANGELOG} entries REGEX "^## ")
list(GET entries 0 newest)
if(NOT newest MATCHES "^## ${VERSION} \\(([-0-9]+)\\)$")
  message(FATAL_ERROR "CHANGELOG.md begins with \"${newest}\", not with version ${VERSION} and a date.")
endif()
execute_process(COMMAND env LC_ALL=C date -u -R -d ${CMAKE_MATCH_1} OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE
                        COMMAND_ERROR_IS_FATAL ANY)
set(documents ${PREFIX}/share/doc/sightline)
file(WRITE ${documents}/changelog.Debian
     "sightline (${VERSION}-1) unstable; urgency=medium\n\n  * This version's changes are in changelog.gz.\n\n -- ${CONTACT}  ${date}\n")
configure_file(${CHANGELOG} ${documents}/changelog COPYONLY)
find_program(GZIP gzip)
if(GZIP)
  execute_process(COMMAND ${GZIP} -9nf ${PREFIX}/share/man/man1/sightline.1 ${documents}/changelog.Debian ${documents}/changelog
                          COMMAND_ERROR_IS_FATAL ANY)
endif()
