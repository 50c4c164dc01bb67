#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "itsmc/config/kept_secrets.hpp"

namespace itsmc::config {

/// What belongs to a workspace is kept under "workspace.NAME": no connection has a dot.
inline constexpr std::string_view k_of_workspace = "workspace.";

/// Throws Error(invalid) for a name that is neither a connection's nor "workspace.NAME".
void refuse_bad_owner(std::string_view owner);

/// STATE/secrets/OWNER.token.json, OWNER.client-secret and OWNER.refusal.json. A file that others
/// can read is refused: Error(config), which names every such file; a directory that they can list
/// is closed.
class SecretFiles : public SecretPlace {
 public:
  explicit SecretFiles(const std::filesystem::path& state_dir);
  [[nodiscard]] std::optional<Secret> read(const std::string& owner,
                                           SecretKind kind) const override;
  void write(const std::string& owner, SecretKind kind, const Secret& text) const override;
  bool remove(const std::string& owner, SecretKind kind) const override;
  [[nodiscard]] std::string where(const std::string& owner, SecretKind kind) const override;

 private:
  [[nodiscard]] std::filesystem::path path_of(std::string_view owner, SecretKind kind) const;
  std::filesystem::path directory_;
};

/// Entries of the desktop's default keyring, by the Secret Service interface of freedesktop.org
/// (libsecret): GNOME Keyring, KWallet, KeePassXC. An entry names the state directory, so that two
/// of them do not mix. Each call ends after 3 s.
class SecretKeyring : public SecretPlace {
 public:
  explicit SecretKeyring(const std::filesystem::path& state_dir);
  [[nodiscard]] std::optional<Secret> read(const std::string& owner,
                                           SecretKind kind) const override;
  void write(const std::string& owner, SecretKind kind, const Secret& text) const override;
  bool remove(const std::string& owner, SecretKind kind) const override;
  [[nodiscard]] std::string where(const std::string& owner, SecretKind kind) const override;
  /// Whose entries there are, sorted, each once. A keyring that is locked hides whose they are: it
  /// has none then. Asks nobody to unlock it. Throws Error(unavailable).
  [[nodiscard]] std::vector<std::string> owners() const;
  /// The directory that its entries name.
  [[nodiscard]] const std::string& directory() const noexcept { return directory_; }

 private:
  std::string directory_;
};

}  // namespace itsmc::config
