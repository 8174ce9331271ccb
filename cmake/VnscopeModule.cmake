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

# vnscope_module(NAME path/of/folder SOURCES ... [PUBLIC ...] [PRIVATE ...])
# Makes the static library vnscope_<path_of_folder>; PUBLIC and PRIVATE are what it links.
function(vnscope_module folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  string(REPLACE "/" "_" target "vnscope_${folder}")
  list(TRANSFORM ARG_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/${folder}/")
  add_library(${target} STATIC ${ARG_SOURCES})
  target_link_libraries(${target} PUBLIC vnscope_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
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
  target_compile_definitions(${name} PRIVATE VNSCOPE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" VNSCOPE_BINARY_DIR="${PROJECT_BINARY_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}" RUN_SERIAL ${ARG_ALONE})
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
