from .compile import build_model
from .model import Model, Row

__all__ = ["Model", "Row", "build_model"]
