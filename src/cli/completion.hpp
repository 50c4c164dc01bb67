#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"

namespace itsmc::cli {

/// One word that a shell may put in, and what it says beside it.
struct Candidate {
  std::string word, meaning;
};

/// What a shell is to offer for the word that is being written.
struct Offer {
  enum class Kind : std::uint8_t {
    words,        // the candidates; a space follows the word
    list,         // the candidates; a comma may follow, so no space
    files,        // the shell's own completion of files
    directories,  // the same of directories
  };
  Kind kind = Kind::words;
  std::vector<Candidate> candidates;
};

/// What this machine knows by itself, without network.
enum class Known : std::uint8_t { connections, workspaces, actions, templates, states, fields };
/// `command` matters for fields: their names differ from command to command.
using LocalWords = std::function<std::vector<Candidate>(Known what, const Command& command)>;

/// The line behind "itsmc": `before` are whole words, `current` is the beginning of the next one.
struct Line {
  std::span<const std::string> before;
  std::string current;
};

/// Decides what fits there; `common` are the options of every command. Pure but for `local`.
[[nodiscard]] Offer complete(const Line& line, const OptionSet& common, const LocalWords& local);

/// What the shells' scripts read: "words", "list", "files" or "directories", then a line a
/// candidate, "word<TAB>meaning".
[[nodiscard]] std::string written(const Offer& offer);

/// The script that a shell loads; empty for a shell that is not bash, zsh or fish.
[[nodiscard]] std::string_view completion_script(std::string_view shell) noexcept;

}  // namespace itsmc::cli
