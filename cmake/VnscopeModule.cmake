# One folder = one CMake target = one namespace. These functions are the only place that knows how a target is made.

add_library(vnscope_options INTERFACE)
target_compile_features(vnscope_options INTERFACE cxx_std_20)
target_compile_options(vnscope_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  # g++ 12 sees uninitialised strings in every std::variant that holds one (GCC bug 105562 and kin).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  $<$<BOOL:${VNSCOPE_WARNINGS_AS_ERRORS}>:-Werror>)
target_include_directories(vnscope_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)

# Every object of the program is instrumented, those of tests and C providers included, so this is no property of
# vnscope_options.
if(VNSCOPE_SANITIZE)
  add_compile_options(-fsanitize=${VNSCOPE_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${VNSCOPE_SANITIZE})
endif()

# What nearly every source includes, read by the compiler once for all: the standard library, and per kind of target the
# large headers of its libraries. A source still names what it uses; builds with ccache, which precompiled headers would
# defeat, and `make tidy` find out when one does not.
set(VNSCOPE_STANDARD_HEADERS <algorithm> <array> <chrono> <filesystem> <fstream> <functional> <map> <memory> <optional>
    <set> <span> <sstream> <string> <string_view> <unordered_map> <utility> <vector>)

# Tests are compiled more often than they run: what they test is optimised, they themselves less.
set(VNSCOPE_TEST_OPTIONS $<$<CONFIG:RelWithDebInfo>:-O1>)

# vnscope_precompiled(NAME HEADERS ... LINKS ... [FOR_TESTS]): the target that owns a set of precompiled headers. Its flags have
# to be those of the targets that use it.
function(vnscope_precompiled name)
  cmake_parse_arguments(ARG "FOR_TESTS" "" "HEADERS;LINKS" ${ARGN})
  if(NOT VNSCOPE_PRECOMPILE)
    return()
  endif()
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/${name}.cpp CONTENT "// Nothing: its headers are what matters.\n")
  add_library(${name} OBJECT ${PROJECT_BINARY_DIR}/generated/${name}.cpp)
  target_link_libraries(${name} PRIVATE vnscope_options ${ARG_LINKS})
  set_target_properties(${name} PROPERTIES VNSCOPE_LINKS "${ARG_LINKS}")
  target_precompile_headers(${name} PRIVATE ${VNSCOPE_STANDARD_HEADERS} ${ARG_HEADERS})
  if(ARG_FOR_TESTS)
    target_compile_options(${name} PRIVATE ${VNSCOPE_TEST_OPTIONS})
  else()
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  endif()
endfunction()

function(vnscope_use_precompiled target owner)
  if(NOT TARGET ${owner})
    return()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
  # Warnings inside of the standard library are not told apart from ours then: g++ 12 sees what is not there (GCC bug 105329).
  target_compile_options(${target} PRIVATE "$<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds;-Wno-restrict;-Wno-stringop-overflow;-Wno-stringop-overread>")
  # The compiler refuses headers that were read with other macros, whether or not the target uses them.
  get_target_property(libraries ${owner} VNSCOPE_LINKS)
  foreach(library IN LISTS libraries)
    target_compile_definitions(${target} PRIVATE $<TARGET_PROPERTY:${library},INTERFACE_COMPILE_DEFINITIONS>)
  endforeach()
endfunction()

# vnscope_module(NAME path/of/folder SOURCES ... [PUBLIC ...] [PRIVATE ...])
# Makes the static library vnscope_<path_of_folder>; PUBLIC and PRIVATE are what it links.
function(vnscope_module folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  string(REPLACE "/" "_" target "vnscope_${folder}")
  list(TRANSFORM ARG_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/${folder}/")
  add_library(${target} STATIC ${ARG_SOURCES})
  target_link_libraries(${target} PUBLIC vnscope_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  if(CLI11::CLI11 IN_LIST ARG_PUBLIC OR CLI11::CLI11 IN_LIST ARG_PRIVATE)
    vnscope_use_precompiled(${target} vnscope_precompiled_programs)
  else()
    vnscope_use_precompiled(${target} vnscope_precompiled_modules)
  endif()
endfunction()

# vnscope_qt_module(path/of/folder SOURCES ... [PUBLIC ...] [PRIVATE ...]): a module whose headers may declare QObjects.
function(vnscope_qt_module folder)
  vnscope_module(${folder} ${ARGN})
  string(REPLACE "/" "_" target "vnscope_${folder}")
  set_target_properties(${target} PROPERTIES AUTOMOC ON)
endfunction()

# vnscope_embed(TARGET FILE NAMESPACE NAME)
# Makes the text of FILE a `constexpr std::string_view NAMESPACE::NAME` in the header "embedded/<target>_<name>.hpp".
function(vnscope_embed target file namespace name)
  set(header ${PROJECT_BINARY_DIR}/generated/embedded/${target}_${name}.hpp)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} text)
  file(CONFIGURE OUTPUT ${header} @ONLY CONTENT [==[
// Made by the build from a file of the source tree.
#pragma once
#include <string_view>
namespace @namespace@ {
inline constexpr std::string_view @name@ = R"vnscope~(@text@)vnscope~";
}
]==])
endfunction()

# vnscope_program(NAME path/of/folder OUTPUT name SOURCES ... LINKS ...)
function(vnscope_program folder)
  cmake_parse_arguments(ARG "" "OUTPUT" "SOURCES;LINKS" ${ARGN})
  string(REPLACE "/" "_" target "vnscope_${folder}")
  list(TRANSFORM ARG_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/${folder}/")
  add_executable(${target} ${ARG_SOURCES})
  target_link_libraries(${target} PRIVATE vnscope_options ${ARG_LINKS})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${ARG_OUTPUT} RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()

# vnscope_test(NAME SOURCES ... LINKS ... [TIMEOUT seconds] [LABELS ...] [ALONE])
# A GoogleTest program; each of its test cases is one CTest test; ALONE: while no other test runs. Sources are relative to tests/.
function(vnscope_test name)
  cmake_parse_arguments(ARG "ALONE" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  list(TRANSFORM ARG_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/tests/")
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE vnscope_options ${ARG_LINKS} GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE ${VNSCOPE_TEST_OPTIONS})
  vnscope_use_precompiled(${name} vnscope_precompiled_tests)
  target_compile_definitions(${name} PRIVATE VNSCOPE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" VNSCOPE_BINARY_DIR="${PROJECT_BINARY_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}" RUN_SERIAL ${ARG_ALONE})
endfunction()

# vnscope_gui_test(NAME SOURCES ...): a GoogleTest program with a QApplication and no display. Sources are relative to tests/gui/.
function(vnscope_gui_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  list(TRANSFORM ARG_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/tests/gui/")
  add_executable(${name} ${ARG_SOURCES} ${PROJECT_SOURCE_DIR}/tests/gui/gui_main.cpp)
  target_link_libraries(${name} PRIVATE vnscope_options vnscope_views_widgets_main_window ${ARG_LINKS} Qt6::Test GTest::gmock fmt::fmt)
  target_compile_options(${name} PRIVATE ${VNSCOPE_TEST_OPTIONS})
  target_compile_definitions(${name} PRIVATE VNSCOPE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" VNSCOPE_BINARY_DIR="${PROJECT_BINARY_DIR}")
  set_target_properties(${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 60 LABELS gui)
endfunction()

# vnscope_fuzzer(NAME SOURCES ... LINKS ...)
# A libFuzzer target; `make fuzz` runs each. Sources are relative to tests/.
function(vnscope_fuzzer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  list(TRANSFORM ARG_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/tests/")
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE vnscope_options ${ARG_LINKS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
endfunction()
