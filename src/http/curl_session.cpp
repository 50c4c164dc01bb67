#include "http/curl_session.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include <fmt/format.h>

#include "http/url.hpp"
#include "itsmc/core/connection.hpp"
#include "itsmc/core/error.hpp"
#include "itsmc/core/text.hpp"

namespace itsmc::http {
namespace {

using std::chrono::steady_clock;

constexpr long k_receive_buffer_bytes = 256L * 1024;  // performance reference 9
/// A body that stands still for so long is cut off. Not libcurl's LOW_SPEED_TIME: that also counts
/// the wait for the first byte, and an instance may think for 60 s before it answers or cancels
/// (servicenow reference 2.6); the total timeout guards that wait.
constexpr std::chrono::seconds k_stall{60};
constexpr int k_poll_ms = 1000;

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* user) noexcept {
  auto& arrival = *static_cast<Arrival*>(user);
  const std::size_t length = size * count;
  std::string& body = arrival.response.body;
  if (length > arrival.max_body_bytes - body.size()) {
    arrival.too_large = true;
    return 0;
  }
  try {
    if (body.empty()) {
      curl_off_t announced = -1;
      arrival.curl->easy_getinfo(arrival.easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
      if (announced > 0) {
        body.reserve(std::min(static_cast<std::size_t>(announced), arrival.max_body_bytes));
      }
    }
    body.append(bytes, length);
  } catch (const std::bad_alloc&) {
    arrival.too_large = true;
    return 0;
  }
  arrival.last_byte = steady_clock::now();
  return length;
}

void take_header(Arrival& arrival, std::string_view line) {
  if (line.starts_with("HTTP/")) {  // a new answer: what a 100 or a proxy said is over
    arrival.status_line = trim(line);
    arrival.response.headers.clear();
    arrival.header_complete = false;
    return;
  }
  if (trim(line).empty()) arrival.header_complete = true;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  arrival.response.headers.emplace_back(std::string(trim(line.substr(0, colon))),
                                        std::string(trim(line.substr(colon + 1))));
}

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* user) noexcept {
  auto& arrival = *static_cast<Arrival*>(user);
  try {
    take_header(arrival, {bytes, size * count});
  } catch (const std::bad_alloc&) {
    arrival.too_large = true;
    return 0;
  }
  arrival.last_byte = steady_clock::now();
  return size * count;
}

/// Keeps the easy handle in the multi handle for the length of one transfer; leaving early closes
/// the connection, so that half an answer is never taken for the next one.
class Enrolled {
 public:
  Enrolled(const CurlLibrary& curl, ::CURLM* multi, ::CURL* easy)
      : curl_(curl), multi_(multi), easy_(easy) {
    const CURLMcode code = curl_.multi_add_handle(multi_, easy_);
    if (code != CURLM_OK) throw Error(ErrorKind::unforeseen, curl_.multi_strerror(code));
  }
  Enrolled(const Enrolled&) = delete;
  Enrolled& operator=(const Enrolled&) = delete;
  ~Enrolled() { curl_.multi_remove_handle(multi_, easy_); }

 private:
  const CurlLibrary& curl_;
  ::CURLM* multi_;
  ::CURL* easy_;
};

bool is_stalled(const Arrival& arrival) {
  return arrival.last_byte != steady_clock::time_point{} &&
         steady_clock::now() - arrival.last_byte > k_stall;
}

}  // namespace

CurlSession::CurlSession(const TransportOptions& options)
    : curl_(curl_library()),
      options_(options),
      multi_(curl_.multi_init(), curl_.multi_cleanup),
      easy_(curl_.easy_init(), curl_.easy_cleanup),
      headers_(nullptr, curl_.slist_free_all),
      error_text_(CURL_ERROR_SIZE, '\0') {
  if (!multi_ || !easy_) throw Error(ErrorKind::unforeseen, "libcurl gave no handle");
}

CurlSession::~CurlSession() = default;

void CurlSession::check(CURLcode code, CURLoption option) {
  if (code == CURLE_OK) return;
  throw Error(ErrorKind::unforeseen, fmt::format("libcurl refused option {} (code {})",
                                                 static_cast<int>(option), static_cast<int>(code)));
}

void CurlSession::prepare(const Request& request) {
  // A handle whose host was not found keeps its receive buffer, and refuses to be told the size of
  // it again (libcurl 7.88). The connections are the multi handle's, and stay.
  if (spent_) easy_.reset(curl_.easy_init());
  if (!easy_) throw Error(ErrorKind::unforeseen, "libcurl gave no handle");
  curl_.easy_reset(easy_.get());
  arrival_ = Arrival{};
  arrival_.curl = &curl_;
  arrival_.easy = easy_.get();
  arrival_.max_body_bytes = options_.max_body_bytes;
  std::fill(error_text_.begin(), error_text_.end(), '\0');
  set(CURLOPT_ERRORBUFFER, error_text_.data());
  set_connection(request.url);
  set_headers(request);
  set_method(request);
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&arrival_));
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&arrival_));
}

void CurlSession::set_connection(const std::string& url) {
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a stop does not wait for a resolver that hangs
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_BUFFERSIZE, k_receive_buffer_bytes);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.total_timeout.count()));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file.c_str());
  // Both are set always, empty too: libcurl would read http_proxy and no_proxy by itself.
  uses_proxy_ = !options_.proxy.empty() && !is_loopback(split_url(url).host);
  set(CURLOPT_PROXY, uses_proxy_ ? options_.proxy.c_str() : "");
  set(CURLOPT_NOPROXY, "");
}

void CurlSession::set_headers(const Request& request) {
  headers_.reset();
  const auto append = [this](const std::string& line) {
    curl_slist* longer = curl_.slist_append(headers_.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    // The list's first node stays the same; the owner only has to hold it.
    if (!headers_) headers_.reset(longer);
  };
  append("Expect:");  // libcurl would wait a second for a "100 Continue"
  // By hand: CURLOPT_ACCEPT_ENCODING makes libcurl inflate with zlib, at twice libdeflate's cost.
  append("Accept-Encoding: gzip");
  for (const auto& [name, value] : request.headers) {
    if (value.find_first_of("\r\n") != std::string::npos) {
      throw Error(ErrorKind::unforeseen, fmt::format("the header \"{}\" has a line break", name));
    }
    // "Name;" is libcurl's way to send an empty header.
    append(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  set(CURLOPT_HTTPHEADER, headers_.get());
  set(CURLOPT_USERAGENT, "itsmc");
}

void CurlSession::set_method(const Request& request) {
  const bool has_body = !request.body.empty() || request.method == "POST";
  if (has_body) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, request.body.data());  // not copied: one secret's copy less
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  if (request.method == "HEAD") set(CURLOPT_NOBODY, 1L);
  if (request.method == "GET" || request.method == "HEAD") return;
  if (request.method != "POST") set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  // On a kept connection that turns out dead libcurl silently sends again, a write too. A new
  // connection for each write keeps "sent" true to its word.
  if (request.write_over == WriteOver::new_connection) set(CURLOPT_FRESH_CONNECT, 1L);
}

CURLcode CurlSession::perform(const std::stop_token& stop) {
  const Enrolled enrolled(curl_, multi_.get(), easy_.get());
  const std::stop_callback wake(stop, [this] { curl_.multi_wakeup(multi_.get()); });
  while (!stop.stop_requested()) {
    int running = 0;
    CURLMcode code = curl_.multi_perform(multi_.get(), &running);
    if (code == CURLM_OK && running == 0) {
      int left = 0;
      const CURLMsg* message = curl_.multi_info_read(multi_.get(), &left);
      return message == nullptr ? CURLE_FAILED_INIT : message->data.result;
    }
    if (is_stalled(arrival_)) return CURLE_OPERATION_TIMEDOUT;
    if (code == CURLM_OK) {
      code = curl_.multi_poll(multi_.get(), nullptr, 0, k_poll_ms, nullptr);
    }
    if (code != CURLM_OK) throw Error(ErrorKind::unforeseen, curl_.multi_strerror(code));
  }
  return CURLE_ABORTED_BY_CALLBACK;
}

CurlOutcome CurlSession::run(const std::stop_token& stop) {
  CurlOutcome outcome;
  spent_ = true;
  outcome.code = perform(stop);
  spent_ = outcome.code != CURLE_OK;
  // libcurl takes the end of the connection for the end of the header: a 200 without a body.
  const bool half_a_header = outcome.code == CURLE_OK && !arrival_.header_complete;
  if (half_a_header && !arrival_.status_line.empty()) outcome.code = CURLE_PARTIAL_FILE;
  outcome.cancelled = outcome.code == CURLE_ABORTED_BY_CALLBACK;
  outcome.too_large = arrival_.too_large;
  arrival_.response.status = static_cast<int>(info<long>(CURLINFO_RESPONSE_CODE));
  return outcome;
}

std::string CurlSession::words(CURLcode code) const {
  const std::string_view text(error_text_.data());
  return excerpt(text.empty() ? curl_.easy_strerror(code) : text, 300);
}

}  // namespace itsmc::http
