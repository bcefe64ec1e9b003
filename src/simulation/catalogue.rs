//! The products of the simulated shop.

/// A product to register: sku, name, price in euro cents.
pub(super) struct Product {
    pub sku: &'static str,
    pub name: &'static str,
    pub cents: i64,
}

const fn product(sku: &'static str, name: &'static str, cents: i64) -> Product {
    Product { sku, name, cents }
}

/// What the shop sells.
pub(super) const PRODUCTS: [Product; 16] = [
    product("kettle", "Kettle", 4_490),
    product("mug", "Mug", 1_250),
    product("teapot", "Teapot", 3_890),
    product("tea-assam", "Assam tea, 100 g", 890),
    product("tea-sencha", "Sencha tea, 100 g", 1_190),
    product("coffee-250", "Coffee beans, 250 g", 1_090),
    product("grinder", "Hand grinder", 6_900),
    product("dripper", "Pour-over dripper", 2_450),
    product("filter-100", "Paper filters, 100", 490),
    product("scale", "Kitchen scale", 3_290),
    product("spoon", "Measuring spoon", 690),
    product("tray", "Wooden tray", 2_790),
    product("honey", "Forest honey, 500 g", 1_150),
    product("biscuit", "Oat biscuits", 390),
    product("cloth", "Linen cloth", 1_590),
    product("jar", "Storage jar", 1_390),
];

/// Pieces of each product that a first delivery brings.
pub(super) const FIRST_DELIVERY: u32 = 20_000;
