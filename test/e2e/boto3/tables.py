"""A day in the life of a table, through boto3's resource and client interfaces. Fails with an exception."""
import sys
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

config = dict(
    endpoint_url=sys.argv[1],
    region_name="us-east-1",
    aws_access_key_id="a",
    aws_secret_access_key="b",
)
dynamodb = boto3.resource("dynamodb", **config)
client = boto3.client("dynamodb", **config)

table = dynamodb.create_table(
    TableName="music",
    BillingMode="PAY_PER_REQUEST",
    KeySchema=[
        {"AttributeName": "artist", "KeyType": "HASH"},
        {"AttributeName": "song", "KeyType": "RANGE"},
    ],
    AttributeDefinitions=[
        {"AttributeName": "artist", "AttributeType": "S"},
        {"AttributeName": "song", "AttributeType": "S"},
        {"AttributeName": "year", "AttributeType": "N"},
    ],
    GlobalSecondaryIndexes=[
        {
            "IndexName": "byYear",
            "KeySchema": [
                {"AttributeName": "artist", "KeyType": "HASH"},
                {"AttributeName": "year", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
)
table.wait_until_exists()
client.get_waiter("table_exists").wait(TableName="music")

with table.batch_writer(overwrite_by_pkeys=["artist", "song"]) as batch:
    for number in range(120):
        batch.put_item(
            Item={
                "artist": "a%d" % (number % 3),
                "song": "s%03d" % number,
                "year": 1960 + number,
                "price": Decimal("1.05") * number,
                "tags": {"x", "y"},
                "cover": b"\x00\xff",
                "facts": {"live": True, "guests": ["one", None]},
            }
        )

item = table.get_item(Key={"artist": "a1", "song": "s001"}, ConsistentRead=True)["Item"]
assert item["price"] == Decimal("1.05") and item["tags"] == {"x", "y"}, item
assert item["cover"].value == b"\x00\xff" and item["facts"]["guests"] == ["one", None], item

found = table.query(
    IndexName="byYear",
    KeyConditionExpression=Key("artist").eq("a2") & Key("year").between(1970, 1990),
    FilterExpression=Attr("facts.live").eq(True) & ~Attr("price").lt(15),
    ScanIndexForward=False,
)["Items"]
assert found and [one["year"] for one in found] == sorted((one["year"] for one in found), reverse=True)
assert all(one["price"] >= 15 for one in found)

pages = client.get_paginator("scan").paginate(TableName="music", PaginationConfig={"PageSize": 50})
counts = [page["Count"] for page in pages]
assert sum(counts) == 120 and len(counts) >= 3, counts

updated = table.update_item(
    Key={"artist": "a0", "song": "s000"},
    UpdateExpression="SET plays = if_not_exists(plays, :none) + :one, facts.live = :no DELETE tags :gone",
    ConditionExpression=Attr("artist").exists() & Attr("song").begins_with("s"),
    ExpressionAttributeValues={":none": 0, ":one": 1, ":no": False, ":gone": {"x"}},
    ReturnValues="ALL_NEW",
)["Attributes"]
assert updated["plays"] == 1 and updated["tags"] == {"y"} and updated["facts"]["live"] is False, updated

try:
    table.put_item(
        Item={"artist": "a0", "song": "s000"}, ConditionExpression=Attr("artist").not_exists()
    )
    raise AssertionError("the condition should have failed")
except client.exceptions.ConditionalCheckFailedException as error:
    assert error.response["Error"]["Message"] == "The conditional request failed"

try:
    client.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": "music", "Item": {"artist": {"S": "t"}, "song": {"S": "1"}}}},
            {
                "ConditionCheck": {
                    "TableName": "music",
                    "Key": {"artist": {"S": "a0"}, "song": {"S": "s000"}},
                    "ConditionExpression": "plays = :p",
                    "ExpressionAttributeValues": {":p": {"N": "99"}},
                }
            },
        ]
    )
    raise AssertionError("the transaction should have been cancelled")
except client.exceptions.TransactionCanceledException as error:
    codes = [reason["Code"] for reason in error.response["CancellationReasons"]]
    assert codes == ["None", "ConditionalCheckFailed"], codes
assert "Item" not in table.get_item(Key={"artist": "t", "song": "1"})

got = dynamodb.batch_get_item(
    RequestItems={"music": {"Keys": [{"artist": "a0", "song": "s000"}, {"artist": "a1", "song": "s001"}]}}
)
assert len(got["Responses"]["music"]) == 2 and got["UnprocessedKeys"] == {}

streams = boto3.client("dynamodbstreams", **config)
described = streams.describe_stream(StreamArn=table.latest_stream_arn)["StreamDescription"]
records = 0
for shard in described["Shards"]:
    iterator = streams.get_shard_iterator(
        StreamArn=table.latest_stream_arn,
        ShardId=shard["ShardId"],
        ShardIteratorType="TRIM_HORIZON",
    )["ShardIterator"]
    records += len(streams.get_records(ShardIterator=iterator)["Records"])
assert records == 121, records

try:
    client.query(TableName="nowhere", KeyConditionExpression="a = :a")
    raise AssertionError("a missing table should be told")
except ClientError as error:
    assert error.response["Error"]["Code"] in ("ResourceNotFoundException", "ValidationException")

table.delete()
table.wait_until_not_exists()
print("done")
