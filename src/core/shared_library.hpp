#pragma once

#include <string>

namespace itsmc {

/// A shared library opened while the program runs, and never closed: what stands behind it
/// registers exit functions. A value; any thread.
class SharedLibrary {
 public:
  /// Throws Error(unforeseen) with `install_hint` when it is not there.
  SharedLibrary(const char* soname, const char* install_hint);

  /// Puts the function of that name in its place. Throws Error(unforeseen) when there is none.
  template <typename Function>
  void find(const char* name, Function& function) const {
    function = reinterpret_cast<Function>(address_of(name));
  }

  /// Of the file that was found, behind all links: "libjq.so.1.0.4".
  [[nodiscard]] std::string file_name() const;

 private:
  [[nodiscard]] void* address_of(const char* name) const;

  const char* soname_;
  const char* install_hint_;
  void* library_;
};

}  // namespace itsmc
