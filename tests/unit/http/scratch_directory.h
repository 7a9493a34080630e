#pragma once
// A directory of a test's own, removed with it, and files in it.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace tenure::http {

class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string made = (std::filesystem::temp_directory_path() / "tenure-http-XXXXXX").string();
    if (::mkdtemp(made.data()) == nullptr) throw std::runtime_error("no temporary directory can be made");
    path_ = made;
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& Path() const { return path_; }

  // Replaced as a whole, as tenure does it.
  void Put(const std::string& name, const std::string& text) const {
    std::ofstream(*this / (name + ".new"), std::ios::binary) << text;
    std::filesystem::rename(*this / (name + ".new"), *this / name);
  }
  std::string Get(const std::string& name) const {
    std::ifstream file(*this / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

 private:
  std::string path_;
};

}  // namespace tenure::http
