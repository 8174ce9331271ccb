# What `cmake --install` and the Debian package put where. The programs come from apps/.

if(TARGET vnscope_apps_vnscope)
  install(TARGETS vnscope_apps_vnscope RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET vnscope_apps_ctf_reader)
  # A helper that only vnscope starts; it finds it by its place relative to its own.
  install(TARGETS vnscope_apps_ctf_reader RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/vnscope)
endif()
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME vnscope)
set(CPACK_PACKAGE_VENDOR "The vnscope authors")
set(CPACK_PACKAGE_CONTACT "The vnscope authors <vnscope@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Reading a trace needs neither; recording one does.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "lttng-tools, lttng-modules-dkms")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "looks inside virtual networks through LTTng traces
 vnscope reads kernel and user-space traces in the Common Trace Format (LTTng,
 perf, DPDK) and reports per device: rates, drops with their place and reason,
 offloading, conversations and softirq load, as HTML, JSON or text.")
include(CPack)
