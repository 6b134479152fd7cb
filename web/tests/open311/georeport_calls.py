# The four calls of the client `georeport`, in both formats: address, key, number and token are its arguments.
import sys

from georeport import GeoReport

address, key, number, _token = sys.argv[1:]
done = 0
for fmt in ("json", "xml"):
    client = GeoReport(address, jurisdiction="429997", api_key=key, output_format=fmt)
    services = client.get_service_list()
    assert len(services) == 52 and services[0]["service_code"] == "0101", services
    done += 1
    definition = client.get_service_definition("0106")
    assert definition["service_code"] == "0106" and definition["attributes"], definition
    done += 1
    listed = client.get_service_requests(service_code="0106", status="open", start_date="2025-03-01T00:00:00Z", end_date="2025-03-31T00:00:00Z")
    listed = listed if isinstance(listed, list) else [listed]
    assert [one["service_request_id"] for one in listed] == [number], listed
    done += 1
    one = client.get_service_request(number)
    assert one["service_request_id"] == number and one["status"] == "open", one
    done += 1
print(f"{done}/8")
