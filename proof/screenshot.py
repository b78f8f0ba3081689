"""Makes docs/screenshot.png anew from the running demo: python -m proof.screenshot."""

from proof import tools
from proof.browser import Eyes, chromium
from proof.product import Product


def main() -> None:
    """Serve the demo and take the picture of the README."""
    with Product("screenshot") as product:
        product.manage("demo")
        product.start()
        with chromium("1440x900") as context:
            eyes = Eyes(context, "1440x900")
            eyes.page.goto(product.url)
            eyes.page.wait_for_load_state("networkidle")
            eyes.picture(tools.root() / "docs" / "screenshot.png", whole=False)


if __name__ == "__main__":
    main()
