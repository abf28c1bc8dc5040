# mocks3 serve in a container: docs/server.md, "In a container".
FROM python:3.13-slim
COPY . /mocks3
RUN pip install --no-cache-dir "/mocks3[server,load,select]"
EXPOSE 9400
# The container's own address is not a loopback address, so the server warns. Publish the port on 127.0.0.1 only.
ENTRYPOINT ["mocks3", "serve", "--host", "0.0.0.0", "--port", "9400"]
