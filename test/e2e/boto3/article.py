"""The article's set-up, step by step, with boto3.

    article.py ENDPOINT API_KEY TARGET_PARAMETERS_JSON

Prints what the cache holds for item 001.
"""

import json
import sys
import time
import urllib.error
import urllib.request

import boto3
from botocore.exceptions import ClientError

endpoint, api_key, target_parameters = sys.argv[1:]


def client(service):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )


def eventually(look):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise SystemExit("waited in vain")


dynamodb, events, pipes = client("dynamodb"), client("events"), client("pipes")

table = dynamodb.create_table(
    TableName="user",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
)["TableDescription"]
dynamodb.get_waiter("table_exists").wait(TableName="user")

connection = events.create_connection(
    Name="momento",
    AuthorizationType="API_KEY",
    AuthParameters={
        "ApiKeyAuthParameters": {"ApiKeyName": "Authorization", "ApiKeyValue": api_key}
    },
)
destination = events.create_api_destination(
    Name="momento-put",
    ConnectionArn=connection["ConnectionArn"],
    InvocationEndpoint=f"{endpoint}/cache/*",
    HttpMethod="PUT",
    InvocationRateLimitPerSecond=50,
)
pipes.create_pipe(
    Name="ddb2momento",
    RoleArn="arn:aws:iam::000000000000:role/pipe",
    Source=table["LatestStreamArn"],
    SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "LATEST"}},
    Target=destination["ApiDestinationArn"],
    TargetParameters=json.loads(target_parameters),
)
eventually(lambda: pipes.describe_pipe(Name="ddb2momento")["CurrentState"] == "RUNNING")

boto3.resource(
    "dynamodb",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="a",
    aws_secret_access_key="b",
).Table("user").put_item(
    Item={
        "id": "001",
        "name": "田中一郎",
        "email": "ichiro@example.com",
        "last_purchased_at": "2023-12-01 10:00:00",
    }
)


def cached():
    request = urllib.request.Request(
        f"{endpoint}/cache/user?key=001", headers={"Authorization": api_key}
    )
    try:
        return urllib.request.urlopen(request).read().decode()
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return None


print(eventually(cached))

# Errors arrive as the exceptions that boto3 has for them.
for expected, call in [
    ("ResourceNotFoundException", lambda: dynamodb.get_item(TableName="none", Key={"id": {"S": "1"}})),
    ("ResourceInUseException", lambda: dynamodb.create_table(TableName="user", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")),
    ("ResourceNotFoundException", lambda: events.describe_connection(Name="none")),
    ("ResourceAlreadyExistsException", lambda: events.create_connection(Name="momento", AuthorizationType="API_KEY", AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "a", "ApiKeyValue": "b"}})),
    ("NotFoundException", lambda: pipes.describe_pipe(Name="none")),
]:
    try:
        call()
        raise SystemExit(f"{expected} expected")
    except ClientError as error:
        assert error.response["Error"]["Code"] == expected, error
