# The seven calls of the client `civicbot`: address, key, number and token are its arguments.
import sys

from civicbot.http import HttpTransport, RateLimiter
from civicbot.open311 import Open311Client
from civicbot.registry import Endpoint

address, key, number, token = sys.argv[1:]
endpoint = Endpoint(id="county", name="county", base_url=address, write=True)
client = Open311Client(endpoint, HttpTransport(rate_limiter=RateLimiter(min_interval=0)), jurisdiction_id="429997")
done = 0
services = client.list_services()
assert any(service["service_code"] == "0106" for service in services)
done += 1
definition = client.get_service_definition("0106")
assert {attribute["code"] for attribute in definition["attributes"]} == {"kind", "public"}
done += 1
listed = client.list_requests(status="open", start_date="2025-03-01T00:00:00Z", end_date="2025-03-31T00:00:00Z", page_size=5)
assert [one["service_request_id"] for one in listed] == [number], listed
done += 1
assert client.get_request(number)["description"], "published words"
done += 1
assert client.get_token(token)[0]["service_request_id"] == number
done += 1
asked = dict(lat=29.84, lng=115.21, description="井盖松动 😀", attributes={"kind": "help", "public": "no"}, phone="13900004321")
prepared = client.create_request("0106", validate_remote=True, **asked)
assert prepared.dry_run and prepared.form["service_code"] == "0106"
done += 1
sent = client.create_request("0106", dry_run=False, confirm="SEND", api_key=key, validate_remote=True, **asked)
assert sent.response[0]["service_request_id"].startswith("G"), sent.response
done += 1
print(f"{done}/7")
