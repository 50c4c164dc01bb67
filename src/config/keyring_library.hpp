#pragma once

#include <libsecret/secret.h>

namespace itsmc::config {

inline constexpr const char* k_libsecret_soname = "libsecret-1.so.0";

/// The functions of libsecret and of GLib below it, opened when a keyring is first asked: no other
/// command waits for them. Immutable; any thread.
struct KeyringLibrary {
  decltype(&g_bus_get) bus_get = nullptr;
  decltype(&g_bus_get_finish) bus_get_finish = nullptr;
  decltype(&g_dbus_connection_set_exit_on_close) set_exit_on_close = nullptr;
  decltype(&secret_service_search) search = nullptr;
  decltype(&secret_service_search_finish) search_finish = nullptr;
  decltype(&secret_service_store) store = nullptr;
  decltype(&secret_service_store_finish) store_finish = nullptr;
  decltype(&secret_service_clear) clear = nullptr;
  decltype(&secret_service_clear_finish) clear_finish = nullptr;
  decltype(&secret_collection_for_alias) collection_for_alias = nullptr;
  decltype(&secret_collection_for_alias_finish) collection_for_alias_finish = nullptr;
  decltype(&secret_collection_get_locked) collection_locked = nullptr;
  decltype(&secret_item_get_locked) item_locked = nullptr;
  decltype(&secret_item_get_secret) item_secret = nullptr;
  decltype(&secret_item_get_attributes) item_attributes = nullptr;
  decltype(&secret_value_new) value_new = nullptr;
  decltype(&secret_value_get) value_get = nullptr;
  decltype(&secret_value_unref) value_unref = nullptr;
  decltype(&g_main_context_new) context_new = nullptr;
  decltype(&g_main_context_push_thread_default) context_push = nullptr;
  decltype(&g_main_context_pop_thread_default) context_pop = nullptr;
  decltype(&g_main_context_iteration) context_iteration = nullptr;
  decltype(&g_main_context_unref) context_unref = nullptr;
  decltype(&g_timeout_source_new) timeout_new = nullptr;
  decltype(&g_source_set_callback) source_set_callback = nullptr;
  decltype(&g_source_attach) source_attach = nullptr;
  decltype(&g_source_destroy) source_destroy = nullptr;
  decltype(&g_source_unref) source_unref = nullptr;
  decltype(&g_cancellable_new) cancellable_new = nullptr;
  decltype(&g_cancellable_cancel) cancel = nullptr;
  decltype(&g_object_ref) object_ref = nullptr;
  decltype(&g_object_unref) object_unref = nullptr;
  decltype(&g_error_free) error_free = nullptr;
  decltype(&g_list_free_full) list_free_full = nullptr;
  decltype(&g_hash_table_new) table_new = nullptr;
  decltype(&g_hash_table_insert) table_insert = nullptr;
  decltype(&g_hash_table_lookup) table_lookup = nullptr;
  decltype(&g_hash_table_unref) table_unref = nullptr;
  decltype(&g_str_hash) str_hash = nullptr;
  decltype(&g_str_equal) str_equal = nullptr;
};

/// Opened once for the process, never closed. Throws Error(unforeseen) when it is not installed.
[[nodiscard]] const KeyringLibrary& keyring_library();

}  // namespace itsmc::config
