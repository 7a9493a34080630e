// A Beast server that answers every request with one constant decision: what HTTP alone costs on this machine.
//
//   http_constant THREADS     prints its port, and ends with its standard input
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using boost::system::error_code;

auto Into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

asio::awaitable<void> Converse(beast::tcp_stream stream) {
  beast::flat_buffer buffer;
  error_code error;
  while (!error) {
    wire::request<wire::string_body> request;
    co_await wire::async_read(stream, buffer, request, Into(error));
    if (error) break;
    wire::response<wire::string_body> response(wire::status::ok, 11);
    response.set(wire::field::content_type, "application/json");
    response.set("X-Request-ID", "0");
    response.keep_alive(request.keep_alive());
    response.body() = R"({"decision":true})";
    response.prepare_payload();
    co_await wire::async_write(stream, response, Into(error));
    if (!request.keep_alive()) break;
  }
}

asio::awaitable<void> Listen(asio::io_context& io, asio::ip::tcp::acceptor& acceptor) {
  while (true) {
    auto socket = co_await acceptor.async_accept(asio::make_strand(io), asio::use_awaitable);
    socket.set_option(asio::ip::tcp::no_delay(true));
    const auto strand = socket.get_executor();
    asio::co_spawn(strand, Converse(beast::tcp_stream(std::move(socket))), asio::detached);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  asio::io_context io(threads);
  asio::ip::tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0}, true);
  acceptor.listen(4096);
  asio::co_spawn(io, Listen(io, acceptor), asio::detached);
  std::printf("%d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) running.emplace_back([&io] { io.run(); });
  while (std::getchar() != EOF) {
  }
  io.stop();
  for (auto& thread : running) thread.join();
}
