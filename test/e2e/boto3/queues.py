"""Works with queues as an application does; every step asserts what boto3 makes of the answer."""
import json
import sys

import boto3
from botocore.exceptions import ClientError

sqs = boto3.client(
    "sqs",
    endpoint_url=sys.argv[1],
    region_name="us-east-1",
    aws_access_key_id="a",
    aws_secret_access_key="b",
)


def refused(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response["Error"]["Message"]
    raise AssertionError(f"{code} was expected")


def arn(url):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


url = sqs.create_queue(QueueName="py", Attributes={"VisibilityTimeout": "1"}, tags={"a": "b"})["QueueUrl"]
assert sqs.create_queue(QueueName="py", Attributes={"VisibilityTimeout": "1"})["QueueUrl"] == url
refused("QueueAlreadyExists", sqs.create_queue, QueueName="py", Attributes={"VisibilityTimeout": "2"})
refused("AWS.SimpleQueueService.NonExistentQueue", sqs.get_queue_url, QueueName="absent")
refused("InvalidAttributeName", sqs.set_queue_attributes, QueueUrl=url, Attributes={"Colour": "1"})
refused("InvalidMessageContents", sqs.send_message, QueueUrl=url, MessageBody="a\x00b")
refused("ReceiptHandleIsInvalid", sqs.delete_message, QueueUrl=url, ReceiptHandle="x")
refused("AWS.SimpleQueueService.EmptyBatchRequest", sqs.send_message_batch, QueueUrl=url, Entries=[])

body = "hällo\r\n<x>&"
# boto3 compares the MD5s of body and attributes itself.
sqs.send_message(
    QueueUrl=url,
    MessageBody=body,
    MessageAttributes={
        "n": {"DataType": "Number", "StringValue": "1"},
        "b": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    },
)
receive = {"QueueUrl": url, "WaitTimeSeconds": 5, "AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
first = sqs.receive_message(**receive)["Messages"][0]
assert first["Body"] == body, first
assert first["MessageAttributes"]["b"]["BinaryValue"] == b"\x00\xff", first
again = sqs.receive_message(**receive)["Messages"][0]
assert again["Attributes"]["ApproximateReceiveCount"] == "2", again
sqs.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])
assert "Messages" not in sqs.receive_message(QueueUrl=url)

sent = sqs.send_message_batch(
    QueueUrl=url,
    Entries=[{"Id": "1", "MessageBody": "one"}, {"Id": "2", "MessageBody": "\x01"}],
)
assert [entry["Id"] for entry in sent["Successful"]] == ["1"], sent
assert sent["Failed"][0]["SenderFault"] is True, sent
sqs.purge_queue(QueueUrl=url)
assert "Messages" not in sqs.receive_message(QueueUrl=url)

fifo = sqs.create_queue(
    QueueName="py.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"}
)["QueueUrl"]
for text in ("1", "2", "1"):
    sqs.send_message(QueueUrl=fifo, MessageBody=text, MessageGroupId="g")
taken = sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10)["Messages"]
assert [message["Body"] for message in taken] == ["1", "2"], taken

dead = sqs.create_queue(QueueName="py-dead")["QueueUrl"]
policy = json.dumps({"deadLetterTargetArn": arn(dead), "maxReceiveCount": 1})
sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy, "VisibilityTimeout": "0"})
sqs.send_message(QueueUrl=url, MessageBody="poison")
assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "poison"
assert "Messages" not in sqs.receive_message(QueueUrl=url)
moved = sqs.receive_message(QueueUrl=dead, AttributeNames=["All"])["Messages"][0]
assert moved["Attributes"]["DeadLetterQueueSourceArn"] == arn(url), moved
assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]
assert sqs.list_queues(QueueNamePrefix="py-")["QueueUrls"] == [dead]

sqs.tag_queue(QueueUrl=url, Tags={"c": "d"})
sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"c": "d"}
sqs.delete_queue(QueueUrl=url)
refused("AWS.SimpleQueueService.NonExistentQueue", sqs.receive_message, QueueUrl=url)
