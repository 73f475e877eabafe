"""How a tenant's bucket gets, keeps and loses its seal."""
