# What is installed beside the binary, and the Debian package of it (`cpack` in the build directory).
include(GNUInstallDirs)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # installing and packing build nothing of the tests
set(ITSMC_MAINTAINER "The itsmc authors <itsmc@packages.invalid>" CACHE STRING
    "Who maintains the package: a name and an address that is read")

foreach(section 1 5 7)
  file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/man/*.${section})
  install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/completions/itsmc.bash RENAME itsmc
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
# Debian's packages have a place of their own; below any other prefix zsh looks into site-functions.
install(CODE "
  set(place site-functions)
  if(CMAKE_INSTALL_PREFIX MATCHES \"(^|/)usr/?\$\")
    set(place vendor-completions)
  endif()
  file(INSTALL \"${PROJECT_SOURCE_DIR}/completions/_itsmc\"
       DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/zsh/\${place}\")")
install(FILES ${PROJECT_SOURCE_DIR}/completions/itsmc.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
# The guides, to which hints send people.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs ${PROJECT_SOURCE_DIR}/packaging/examples
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE RENAME copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
configure_file(${PROJECT_SOURCE_DIR}/packaging/changelog.in ${PROJECT_BINARY_DIR}/package/changelog @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/package/changelog DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Debian policy 12.1 and 12.7 want pages and changelog packed, without the time of the packing.
find_program(ITSMC_GZIP gzip)
if(ITSMC_GZIP)
  install(CODE "
    set(root \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
    file(GLOB plain \"\${root}/${CMAKE_INSTALL_MANDIR}/man[157]/itsmc*.[157]\"
                    \"\${root}/${CMAKE_INSTALL_DOCDIR}/changelog\")
    if(plain)
      execute_process(COMMAND ${ITSMC_GZIP} -9nf \${plain} COMMAND_ERROR_IS_FATAL ANY)
    endif()")
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME itsmc)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "${ITSMC_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "work items of IT service management products, from a shell")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Brings the incidents and change requests of ServiceNow, Cherwell, Provance
and System Center Service Manager into one local SQLite file, keeps them up
to date, shows them, makes new ones, and sends them to a Log Analytics
workspace.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_SOURCE_DIR}/cmake/package_needs.cmake)
# Opened while the program runs: dpkg-shlibdeps does not see them.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libssl3, libjq1")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libsecret-1-0, gnome-keyring")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
include(CPack)
