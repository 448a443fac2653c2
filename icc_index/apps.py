from django.apps import AppConfig


class IccIndexConfig(AppConfig):
    name = "icc_index"
    verbose_name = "ICC Index"
