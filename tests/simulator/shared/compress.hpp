// Packing of whole buffers: gzip for answers, xz for the data that the project ships.
#pragma once
#include <string>
#include <string_view>

namespace itsmc::sim {

// gzip of the bytes; level 1 (quick) to 9.
std::string gzip(std::string_view bytes, int level);
enum class GunzipProblem { none, damaged, too_large };
struct Gunzipped {
  std::string bytes;
  GunzipProblem problem = GunzipProblem::none;
};
// The bytes of a gzip body, or what is wrong with it: it may not hold more than `most`.
Gunzipped gunzip(std::string_view packed, std::size_t most);
// Contents of an .xz file (or of a plain file, when it does not begin like xz).
// Throws std::runtime_error with the cause.
std::string read_xz_file(const std::string& path);
// Contents of a file; throws std::runtime_error.
std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view bytes);

}  // namespace itsmc::sim
