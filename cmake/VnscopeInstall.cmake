# What `cmake --install` and the Debian package put where. The programs come from apps/.

install(TARGETS vnscope_apps_vnscope vnscope_apps_agent_program vnscope_apps_statedump_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
# A helper that only vnscope starts; it finds it by its place relative to its own.
install(TARGETS vnscope_apps_ctf_reader RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/vnscope)
# What is preloaded into other programs, and beside it what it loads itself.
install(TARGETS vnscope_preload vnscope_preload_probes LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/vnscope)
if(TARGET vnscope_dpdk)
  install(TARGETS vnscope_dpdk vnscope_dpdk_callbacks LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/vnscope)
endif()
# Made by the target `reference` from each program's own definition of its options.
# The window is a component, and a package, of its own: a server needs no Qt.
if(TARGET vnscope_apps_vnscope_gui_program)
  set(desktop ${PROJECT_SOURCE_DIR}/apps/vnscope_gui/desktop)
  install(TARGETS vnscope_apps_vnscope_gui_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT gui)
  install(FILES ${desktop}/vnscope.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications COMPONENT gui)
  install(FILES ${desktop}/vnscope.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages COMPONENT gui)
  install(FILES ${desktop}/vnscope.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps COMPONENT gui)
  install(FILES ${PROJECT_BINARY_DIR}/man/vnscope-gui.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT gui)
  install(FILES ${PROJECT_BINARY_DIR}/completion/vnscope-gui DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT gui)
endif()
install(DIRECTORY ${PROJECT_BINARY_DIR}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
  PATTERN vnscope-gui.1 EXCLUDE)
install(DIRECTORY ${PROJECT_BINARY_DIR}/completion/ DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
  PATTERN vnscope-gui EXCLUDE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}
  FILES_MATCHING PATTERN "*.md" PATTERN "*.json" PATTERN "*.png" PATTERN decisions EXCLUDE)
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME vnscope)
set(CPACK_PACKAGE_VENDOR "The vnscope authors")
set(CPACK_PACKAGE_CONTACT "The vnscope authors <vnscope@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_UNSPECIFIED_PACKAGE_NAME vnscope)
set(CPACK_DEBIAN_GUI_PACKAGE_NAME vnscope-gui)
set(CPACK_DEBIAN_GUI_PACKAGE_DEPENDS "vnscope (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The store's STRICT tables need a newer SQLite than the functions we call do, and those are all that shlibdeps sees.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libsqlite3-0 (>= 3.37)")
# Reading a trace needs neither; recording one does.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "lttng-tools, lttng-modules-dkms")
set(CPACK_COMPONENT_GUI_DESCRIPTION
"Looks inside virtual networks through LTTng traces: the window
vnscope-gui shows the stores that vnscope makes of traces: devices, topology,
queues and their victims on one time axis.")
# Its first line is the project's own description.
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"vnscope reads kernel and user-space traces in the Common Trace Format (LTTng,
perf, DPDK) and reports per device: rates, drops with their place and reason,
offloading, conversations and softirq load, as HTML, JSON or text.")
include(CPack)
