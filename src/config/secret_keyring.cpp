#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/keyring_call.hpp"
#include "config/secret_places.hpp"
#include "itsmc/core/error.hpp"

namespace itsmc::config {
namespace {

// Without its name: a locked GNOME Keyring does not find an entry by that, and would seem to have
// none.
constexpr SecretSchema k_schema{"itsmc.Secret",
                                SECRET_SCHEMA_DONT_MATCH_NAME,
                                {{"application", SECRET_SCHEMA_ATTRIBUTE_STRING},
                                 {"state-directory", SECRET_SCHEMA_ATTRIBUTE_STRING},
                                 {"owner", SECRET_SCHEMA_ATTRIBUTE_STRING},
                                 {"kind", SECRET_SCHEMA_ATTRIBUTE_STRING}},
                                0,
                                nullptr,
                                nullptr,
                                nullptr,
                                nullptr,
                                nullptr,
                                nullptr,
                                nullptr};

const char* word(SecretKind kind) noexcept {
  switch (kind) {
    case SecretKind::token:
      return "token";
    case SecretKind::client_secret:
      return "client-secret";
    case SecretKind::refusal:
      return "refusal";
  }
  return "";
}

const KeyringLibrary& opened(const std::string& owner) {
  try {
    return keyring_library();
  } catch (const Error& error) {
    throw Error(ErrorKind::unavailable, "there is no keyring: " + error.text(),
                fmt::format("{}; or {}", error.hint(), keyring_hint(owner)));
  }
}

/// The session's bus, for as long as a call needs it.
class Bus {
 public:
  Bus(const KeyringLibrary& library, const std::string& owner) : library_(library) {
    KeyringCall call(library, owner);
    library.bus_get(G_BUS_TYPE_SESSION, call.cancellable(), KeyringCall::callback(),
                    call.argument());
    connection_ = library.bus_get_finish(call.await(), call.error());
    call.throw_error();
    // Else GLib ends this process with SIGTERM when the desktop's session ends.
    library.set_exit_on_close(connection_, FALSE);
  }
  ~Bus() { library_.object_unref(connection_); }
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

 private:
  const KeyringLibrary& library_;
  GDBusConnection* connection_ = nullptr;
};

const std::string& well_named(const std::string& owner) {
  refuse_bad_owner(owner);
  return owner;
}

/// What an entry is found by, and the way to it. The texts outlive it.
class Entry {
 public:
  /// Whatever there is of the directory.
  explicit Entry(const std::string& directory) : Entry(directory, std::string()) {}
  Entry(const std::string& directory, const std::string& of_owner, SecretKind kind)
      : Entry(directory, well_named(of_owner)) {
    insert("owner", owner.c_str());
    insert("kind", word(kind));
  }
  ~Entry() { library.table_unref(table_); }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  [[nodiscard]] GHashTable* attributes() const noexcept { return table_; }
  const std::string owner;  // empty: anybody
  const KeyringLibrary& library;

 private:
  Entry(const std::string& directory, std::string of_owner)
      : owner(std::move(of_owner)),
        library(opened(owner)),
        bus_(library, owner),
        table_(library.table_new(library.str_hash, library.str_equal)) {
    insert("application", "itsmc");
    insert("state-directory", directory.c_str());
  }
  /// The table takes its texts as writable and only reads them: it has no function to free them.
  void insert(const char* name, const char* text) {
    library.table_insert(table_, const_cast<char*>(name), const_cast<char*>(text));
  }

  Bus bus_;
  GHashTable* table_;
};

/// The entries that a search found. They go before the loop that they were made in: it frees what
/// they leave behind.
class Found {
 public:
  Found(const Entry& entry, SecretSearchFlags flags)
      : entry_(entry), call_(entry.library, entry.owner) {
    const KeyringLibrary& library = entry.library;
    library.search(nullptr, &k_schema, entry.attributes(), flags, call_.cancellable(),
                   KeyringCall::callback(), call_.argument());
    list_ = library.search_finish(nullptr, call_.await(), call_.error());
    call_.throw_error();
  }
  ~Found() { entry_.library.list_free_full(list_, entry_.library.object_unref); }
  Found(const Found&) = delete;
  Found& operator=(const Found&) = delete;

  [[nodiscard]] bool none() const noexcept { return list_ == nullptr; }
  [[nodiscard]] SecretItem* first() const { return static_cast<SecretItem*>(list_->data); }
  /// The owners that the entries name; a locked one gives none of its attributes away.
  [[nodiscard]] std::vector<std::string> owners() const {
    std::vector<std::string> names;
    for (const GList* at = list_; at != nullptr; at = at->next) {
      GHashTable* const table = entry_.library.item_attributes(static_cast<SecretItem*>(at->data));
      if (table == nullptr) continue;
      const void* const owner = entry_.library.table_lookup(table, "owner");
      if (owner != nullptr) names.emplace_back(static_cast<const char*>(owner));
      entry_.library.table_unref(table);
    }
    return names;
  }
  void refuse_locked() const {
    for (const GList* at = list_; at != nullptr; at = at->next) {
      if (entry_.library.item_locked(static_cast<SecretItem*>(at->data)) == FALSE) continue;
      throw Error(ErrorKind::unavailable, "the keyring is locked", keyring_hint(entry_.owner));
    }
  }

 private:
  const Entry& entry_;
  KeyringCall call_;
  GList* list_ = nullptr;
};

/// To write into a keyring that is locked or missing would put a question on a screen.
void refuse_closed(const Entry& entry) {
  const KeyringLibrary& library = entry.library;
  KeyringCall call(library, entry.owner);
  library.collection_for_alias(nullptr, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                               call.cancellable(), KeyringCall::callback(), call.argument());
  SecretCollection* const keyring = library.collection_for_alias_finish(call.await(), call.error());
  call.throw_error();
  const bool locked = keyring != nullptr && library.collection_locked(keyring) != FALSE;
  if (keyring != nullptr) library.object_unref(keyring);
  if (keyring != nullptr && !locked) return;
  throw Error(ErrorKind::unavailable,
              locked ? "the keyring is locked" : "there is no default keyring",
              keyring_hint(entry.owner));
}

}  // namespace

SecretKeyring::SecretKeyring(const std::filesystem::path& state_dir)
    : directory_(std::filesystem::absolute(state_dir).lexically_normal().string()) {}

std::optional<Secret> SecretKeyring::read(const std::string& owner, SecretKind kind) const {
  const Entry entry(directory_, owner, kind);
  const KeyringLibrary& library = entry.library;
  // Without asking to unlock: nobody may be there to see the question.
  const Found found(entry, SECRET_SEARCH_LOAD_SECRETS);
  if (found.none()) return std::nullopt;
  found.refuse_locked();
  SecretValue* const value = library.item_secret(found.first());
  if (value == nullptr) {
    throw Error(ErrorKind::unavailable, "the keyring does not give its entry away",
                keyring_hint(owner));
  }
  gsize length = 0;
  const char* const bytes = library.value_get(value, &length);
  Secret secret(std::string(bytes, length));
  library.value_unref(value);
  return secret;
}

void SecretKeyring::write(const std::string& owner, SecretKind kind, const Secret& text) const {
  const Entry entry(directory_, owner, kind);
  const KeyringLibrary& library = entry.library;
  refuse_closed(entry);
  const std::string label = fmt::format("itsmc: {} of {}", word(kind), owner);
  const std::string& bytes = text.reveal();
  SecretValue* const value =
      library.value_new(bytes.data(), static_cast<gssize>(bytes.size()), "text/plain");
  KeyringCall call(library, owner);
  library.store(nullptr, &k_schema, entry.attributes(), nullptr, label.c_str(), value,
                call.cancellable(), KeyringCall::callback(), call.argument());
  library.value_unref(value);  // the call holds its own
  library.store_finish(nullptr, call.await(), call.error());
  call.throw_error();
}

bool SecretKeyring::remove(const std::string& owner, SecretKind kind) const {
  const Entry entry(directory_, owner, kind);
  const KeyringLibrary& library = entry.library;
  const Found found(entry, SECRET_SEARCH_ALL);
  if (found.none()) return false;
  found.refuse_locked();  // it would stay, and nobody be told
  KeyringCall call(library, owner);
  library.clear(nullptr, &k_schema, entry.attributes(), call.cancellable(), KeyringCall::callback(),
                call.argument());
  library.clear_finish(nullptr, call.await(), call.error());
  call.throw_error();
  return true;
}

std::vector<std::string> SecretKeyring::owners() const {
  const Entry any(directory_);
  std::vector<std::string> names = Found(any, SECRET_SEARCH_ALL).owners();
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string SecretKeyring::where(const std::string& owner, SecretKind /*kind*/) const {
  refuse_bad_owner(owner);
  return "keyring";
}

}  // namespace itsmc::config
