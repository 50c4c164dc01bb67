#include "config/keyring_library.hpp"

#include "core/shared_library.hpp"

namespace itsmc::config {
namespace {

void find_loop(const SharedLibrary& library, KeyringLibrary& found) {
  library.find("g_main_context_new", found.context_new);
  library.find("g_main_context_push_thread_default", found.context_push);
  library.find("g_main_context_pop_thread_default", found.context_pop);
  library.find("g_main_context_iteration", found.context_iteration);
  library.find("g_main_context_unref", found.context_unref);
  library.find("g_timeout_source_new", found.timeout_new);
  library.find("g_source_set_callback", found.source_set_callback);
  library.find("g_source_attach", found.source_attach);
  library.find("g_source_destroy", found.source_destroy);
  library.find("g_source_unref", found.source_unref);
  library.find("g_cancellable_new", found.cancellable_new);
  library.find("g_cancellable_cancel", found.cancel);
}

/// What stands in libsecret's own dependencies is found through it.
KeyringLibrary open_library() {
  const SharedLibrary library(k_libsecret_soname, "apt install libsecret-1-0");
  KeyringLibrary found;
  library.find("g_bus_get", found.bus_get);
  library.find("g_bus_get_finish", found.bus_get_finish);
  library.find("g_dbus_connection_set_exit_on_close", found.set_exit_on_close);
  library.find("secret_service_search", found.search);
  library.find("secret_service_search_finish", found.search_finish);
  library.find("secret_service_store", found.store);
  library.find("secret_service_store_finish", found.store_finish);
  library.find("secret_service_clear", found.clear);
  library.find("secret_service_clear_finish", found.clear_finish);
  library.find("secret_collection_for_alias", found.collection_for_alias);
  library.find("secret_collection_for_alias_finish", found.collection_for_alias_finish);
  library.find("secret_collection_get_locked", found.collection_locked);
  library.find("secret_item_get_locked", found.item_locked);
  library.find("secret_item_get_secret", found.item_secret);
  library.find("secret_item_get_attributes", found.item_attributes);
  library.find("secret_value_new", found.value_new);
  library.find("secret_value_get", found.value_get);
  library.find("secret_value_unref", found.value_unref);
  library.find("g_object_ref", found.object_ref);
  library.find("g_object_unref", found.object_unref);
  library.find("g_error_free", found.error_free);
  library.find("g_list_free_full", found.list_free_full);
  library.find("g_hash_table_new", found.table_new);
  library.find("g_hash_table_insert", found.table_insert);
  library.find("g_hash_table_lookup", found.table_lookup);
  library.find("g_hash_table_unref", found.table_unref);
  library.find("g_str_hash", found.str_hash);
  library.find("g_str_equal", found.str_equal);
  find_loop(library, found);
  return found;
}

}  // namespace

const KeyringLibrary& keyring_library() {
  static const KeyringLibrary k_library = open_library();
  return k_library;
}

}  // namespace itsmc::config
