#pragma once

#include <jq.h>

namespace itsmc::cli {

inline constexpr const char* k_jq_soname = "libjq.so.1";

/// libjq's functions under their own names. Opened at the first --jq: no other command waits for
/// it.
struct JqLibrary {
  decltype(&jq_init) init = nullptr;
  decltype(&jq_teardown) teardown = nullptr;
  decltype(&jq_set_error_cb) set_error_cb = nullptr;
  decltype(&jq_compile) compile = nullptr;
  decltype(&jq_start) start = nullptr;
  decltype(&jq_next) next = nullptr;
  decltype(&jq_halted) halted = nullptr;
  decltype(&jq_get_error_message) get_error_message = nullptr;
  decltype(&jv_get_kind) get_kind = nullptr;
  decltype(&jv_free) free = nullptr;
  decltype(&jv_copy) copy = nullptr;
  decltype(&jv_invalid_get_msg) invalid_get_msg = nullptr;
  decltype(&jv_string_value) string_value = nullptr;
  decltype(&jv_string_length_bytes) string_length_bytes = nullptr;
  decltype(&jv_dump_string) dump_string = nullptr;
  decltype(&jv_parser_new) parser_new = nullptr;
  decltype(&jv_parser_free) parser_free = nullptr;
  decltype(&jv_parser_set_buf) parser_set_buf = nullptr;
  decltype(&jv_parser_next) parser_next = nullptr;
};

/// Opened once for the process; any thread. Throws Error(unforeseen) when it is not installed.
[[nodiscard]] const JqLibrary& jq_library();

}  // namespace itsmc::cli
