// Thin Swift over mosquitto and curl: connections, requests, messages. Knows nothing about rain.
