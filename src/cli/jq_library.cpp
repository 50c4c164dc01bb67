#include "cli/jq_library.hpp"

#include "core/shared_library.hpp"

namespace itsmc::cli {
namespace {

JqLibrary open_library() {
  const SharedLibrary library(k_jq_soname, "apt install libjq1");
  JqLibrary jq;
  library.find("jq_init", jq.init);
  library.find("jq_teardown", jq.teardown);
  library.find("jq_set_error_cb", jq.set_error_cb);
  library.find("jq_compile", jq.compile);
  library.find("jq_start", jq.start);
  library.find("jq_next", jq.next);
  library.find("jq_halted", jq.halted);
  library.find("jq_get_error_message", jq.get_error_message);
  library.find("jv_get_kind", jq.get_kind);
  library.find("jv_free", jq.free);
  library.find("jv_copy", jq.copy);
  library.find("jv_invalid_get_msg", jq.invalid_get_msg);
  library.find("jv_string_value", jq.string_value);
  library.find("jv_string_length_bytes", jq.string_length_bytes);
  library.find("jv_dump_string", jq.dump_string);
  library.find("jv_parser_new", jq.parser_new);
  library.find("jv_parser_free", jq.parser_free);
  library.find("jv_parser_set_buf", jq.parser_set_buf);
  library.find("jv_parser_next", jq.parser_next);
  return jq;
}

}  // namespace

const JqLibrary& jq_library() {
  static const JqLibrary k_library = open_library();
  return k_library;
}

}  // namespace itsmc::cli
