// SPDX-License-Identifier: Apache-2.0
//
// What a server may answer: whole, in pieces, with other messages before it, too much, too deep, or nothing at all.
#include "recording/host/json_rpc.hpp"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "recording/host/json_object_end.hpp"
#include "tests/unit/unix_server.hpp"

namespace vnscope::recording::host {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using tests::UnixServer;

constexpr JsonRpcLimits kLimits{300ms, 100'000};

base::Result<nlohmann::json> answerOf(std::vector<std::string> pieces)
{
    const UnixServer server(std::move(pieces));
    auto connection = JsonRpc::connect(server.path(), kLimits);
    if (!connection)
        return tl::unexpected(connection.error());
    return connection->ask("list_dbs", nlohmann::json::array());
}

TEST(RecordingJsonRpc, TakesTheResultOfItsOwnRequest)
{
    EXPECT_EQ(answerOf({R"({"id":1,"error":null,"result":["Open_vSwitch"]})"}).value(),
              nlohmann::json::array({"Open_vSwitch"}));
    EXPECT_EQ(answerOf({R"({"id":1,"err)", R"(or":null,"result":"a}\"]{"})"}).value(), "a}\"]{") << "in two pieces";
    EXPECT_EQ(answerOf({R"({"method":"echo","params":[],"id":1} {"id":7,"result":7}
                          {"id":1,"result":8,"error":null})"})
                  .value(),
              8);
}

TEST(RecordingJsonRpc, AnErrorOfTheServerIsOneLine)
{
    const auto answer = answerOf({"{\"id\":1,\"error\":{\"error\":\"unknown\\ndatabase \x1b[31m\"},\"result\":null}"});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().message.find_first_of("\n\x1b"), std::string::npos);
}

TEST(RecordingJsonRpc, RefusesWhatIsNoAnswer)
{
    EXPECT_FALSE(answerOf({"HTTP/1.1 400 Bad Request\r\n\r\n"}));
    EXPECT_FALSE(answerOf({"[1]"}));
    EXPECT_FALSE(answerOf({"{1]}"}));
    EXPECT_FALSE(answerOf({R"({"id":1})"}));
    EXPECT_FALSE(answerOf({R"({"id":1,"result":)"})) << "it hangs up in the middle";
    EXPECT_FALSE(answerOf({}));
}

TEST(RecordingJsonRpc, BoundsSizeDepthAndNumber)
{
    const auto large = answerOf({R"({"id":1,"result":")" + std::string(200'000, 'x') + "\"}"});
    ASSERT_FALSE(large);
    EXPECT_THAT(large.error().message, HasSubstr("longer than 100000 bytes"));
    EXPECT_FALSE(answerOf({R"({"id":1,"result":)" + std::string(50'000, '[')}));
    std::string others;
    for (int i = 0; i < 20'000; ++i)
        others += "{}";
    EXPECT_FALSE(answerOf({others}));
}

TEST(RecordingJsonRpc, BoundsTime)
{
    const UnixServer server({}, UnixServer::Then::KeepsSilent);
    auto connection = JsonRpc::connect(server.path(), kLimits);
    ASSERT_TRUE(connection);
    EXPECT_EQ(connection->peer(), ::getpid());
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(connection->ask("list_dbs", nlohmann::json::array()));
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(took, 300ms);
    EXPECT_LT(took, 5s);
}

TEST(RecordingJsonRpc, ASocketOfNobodyIsNotFound)
{
    EXPECT_EQ(JsonRpc::connect("/nonexistent/db.sock").error().code, base::ErrorCode::NotFound);
    EXPECT_FALSE(JsonRpc::connect(""));
    EXPECT_FALSE(JsonRpc::connect(std::string(108, 'x')));
}

TEST(RecordingJsonRpc, EndsWhereTheObjectEnds)
{
    JsonObjectEnd end;
    EXPECT_FALSE(end.feed(R"( {"a":"\\)"));
    EXPECT_TRUE(end.feed(R"(\"}","b":[{}]}{"next":1})"));
    EXPECT_EQ(end.length(), std::string(R"( {"a":"\\\"}","b":[{}]})").size());
}

} // namespace
} // namespace vnscope::recording::host
