"""Files of a form streamed into the store while they arrive, instead of being spooled to a temporary place first."""

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from dms.documents.intake import EmptyFile, TooLarge
from dms.storage.base import Blob, ObjectStore, Writer


class StoredFile(UploadedFile):  # type: ignore[type-arg]  # generic in its stubs only
    """A file that stands in the store without a name; it gets one by `commit`, or goes when it is closed."""

    def __init__(self, writer: Writer, *, name: str, is_too_large: bool) -> None:
        super().__init__(name=name, size=writer.size_bytes)
        self.writer = writer
        self.is_too_large = is_too_large

    def commit(self) -> Blob:
        """The durable bytes. Raises: EmptyFile, TooLarge, StorageFull, StorageFailed."""
        if self.is_too_large:
            self.writer.discard()
            raise TooLarge(limit_mb=settings.INTAKE_MAX_BYTES // 1024**2)
        if self.writer.size_bytes == 0:
            self.writer.discard()
            raise EmptyFile
        return self.writer.commit()

    def close(self) -> None:
        """Forget what was not committed."""
        self.writer.discard()


class StreamIntoStore(FileUploadHandler):
    """Write each file of the form straight into the store; what is over the limit is not kept."""

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest, *, store: ObjectStore) -> None:
        super().__init__(request)
        self.store = store
        self.writers: list[Writer] = []
        self.is_too_large = False

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]  # as Django's own handlers do
        self.is_too_large = False
        self.writers.append(self.store.writer())

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.INTAKE_MAX_BYTES:
            self.is_too_large = True
        elif not self.is_too_large:
            self.writers[-1].write(raw_data)

    def file_complete(self, file_size: int) -> StoredFile:
        return StoredFile(
            self.writers[-1], name=self.file_name or "", is_too_large=self.is_too_large
        )

    def upload_interrupted(self) -> None:
        for writer in self.writers:
            writer.discard()
